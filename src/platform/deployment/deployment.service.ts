import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config, ConfigError } from '../config/index.js';
import { keyChecks, keysFit, Vault } from '../crypto/index.js';
import { Database } from '../database/index.js';

const WRONG = {
  data: 'TIDECALL_DATA_KEY: not the key of this database (list former keys in TIDECALL_DATA_KEY_OLD)',
  index: 'TIDECALL_INDEX_KEY: not the key of this database (list former keys in TIDECALL_INDEX_KEY_OLD)',
} as const;
const NOT_ROTATED =
  'TIDECALL_INDEX_KEY: the indexes of this database stand under a former key; run `npm run cli -- keys rotate` (to its end) before anything else';

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
    const kind = this.config.settings.synthetic ? 'synthetic' : 'real';
    await this.database.insert(
      'deployment',
      ['name', 'value'],
      [
        ['people', kind],
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
    const mistakes: string[] = [];
    if (held.get('people') !== kind)
      mistakes.push(
        `synthetic: this database holds ${held.get('people')} people, the configuration says ${kind}; a deployment holds one kind, never both`,
      );
    const isPractice = held.get('practice') === 'yes';
    if (isPractice !== (this.config.kind === 'practice'))
      mistakes.push(
        `practice: this database ${isPractice ? 'is a rehearsal' : 'is no rehearsal'}, the configuration says otherwise; npm run practice keeps one of its own`,
      );
    for (const which of keysFit(this.vault, { keyCheck: held.get('keyCheck'), indexCheck: held.get('indexCheck') }))
      mistakes.push(WRONG[which]);
    if (
      mistakes.length === 0 &&
      (held.has('indexRotation') || held.get('indexCheck') !== keyChecks(this.vault).indexCheck)
    )
      mistakes.push(NOT_ROTATED);
    if (mistakes.length > 0) throw new ConfigError(mistakes);
  }
}
