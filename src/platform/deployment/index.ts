import { Module } from '@nestjs/common';
import { Deployment } from './deployment.service.js';

@Module({ providers: [Deployment], exports: [Deployment] })
export class DeploymentModule {}
export { Deployment };
