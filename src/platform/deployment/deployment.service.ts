import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config, ConfigError } from '../config/index.js';
import { keyChecks, Vault } from '../crypto/index.js';
import { Database } from '../database/index.js';
import { deploymentMistakes, kindOf } from './mistakes.js';

/**
 * What a database is for, written into it at its first start: made-up people or real ones, never both, a rehearsal or none,
 * and the keys that open it. A start with the other kind or with other keys is refused before anything is read or sent.
 */
@Injectable()
export class Deployment implements OnModuleInit {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly vault: Vault,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.database.insert(
      'deployment',
      ['name', 'value'],
      [
        ['people', kindOf(this.config)],
        ['practice', this.config.kind === 'practice' ? 'yes' : 'no'],
        ...Object.entries(keyChecks(this.vault)),
      ],
      'ignore',
    );
    const held = new Map(
      (await this.database.query<{ name: string; value: string }>('SELECT name, value FROM deployment')).map((r) => [
        r.name,
        r.value,
      ]),
    );
    const mistakes = deploymentMistakes(held, this.config, this.vault);
    if (mistakes.length > 0) throw new ConfigError(mistakes);
  }
}
