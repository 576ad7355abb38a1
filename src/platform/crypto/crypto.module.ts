import { Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Chance, SystemChance } from './chance.js';
import { openVault } from './keys.js';
import { Vault } from './vault.js';

@Global()
@Module({
  providers: [
    { provide: Chance, useClass: SystemChance },
    { provide: Vault, useFactory: (config: Config) => openVault(config), inject: [Config] },
  ],
  exports: [Chance, Vault],
})
export class CryptoModule {}
