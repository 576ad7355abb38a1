import { Module } from '@nestjs/common';
import { DeploymentController } from './deployment.controller.js';
import { Deployment } from './deployment.service.js';

@Module({ controllers: [DeploymentController], providers: [Deployment], exports: [Deployment] })
export class DeploymentModule {}
export { Deployment };
export { deploymentMistakes } from './mistakes.js';
