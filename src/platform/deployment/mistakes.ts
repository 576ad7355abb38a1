import type { Config } from '../config/index.js';
import { keyChecks, keysFit, type Vault } from '../crypto/index.js';

const WRONG = {
  data: 'TIDECALL_DATA_KEY: not the key of this database (list former keys in TIDECALL_DATA_KEY_OLD)',
  index: 'TIDECALL_INDEX_KEY: not the key of this database (list former keys in TIDECALL_INDEX_KEY_OLD)',
} as const;
const NOT_ROTATED =
  'TIDECALL_INDEX_KEY: the indexes of this database stand under a former key; run `npm run cli -- keys rotate` (to its end) before anything else';

export const kindOf = (config: Config): 'synthetic' | 'real' => (config.settings.synthetic ? 'synthetic' : 'real');

/** Why nothing may start on a database that holds these words about itself (table `deployment`); empty where all fits. */
export function deploymentMistakes(held: ReadonlyMap<string, string>, config: Config, vault: Vault): string[] {
  const kind = kindOf(config);
  const mistakes: string[] = [];
  if (held.get('people') !== kind)
    mistakes.push(
      `synthetic: this database holds ${held.get('people')} people, the configuration says ${kind}; a deployment holds one kind, never both`,
    );
  const isPractice = held.get('practice') === 'yes';
  if (isPractice !== (config.kind === 'practice'))
    mistakes.push(
      `practice: this database ${isPractice ? 'is a rehearsal' : 'is no rehearsal'}, the configuration says otherwise; npm run practice keeps one of its own`,
    );
  for (const which of keysFit(vault, { keyCheck: held.get('keyCheck'), indexCheck: held.get('indexCheck') }))
    mistakes.push(WRONG[which]);
  if (mistakes.length === 0 && (held.has('indexRotation') || held.get('indexCheck') !== keyChecks(vault).indexCheck))
    mistakes.push(NOT_ROTATED);
  return mistakes;
}
