import type { RunView } from '../../api/types';
import { Count } from '../../shared/Count';
import { DataTable } from '../../shared/DataTable';
import { grouped } from '../../shared/numbers';
import { Block } from '../../shared/Page';
import { useWords } from '../../shared/words';
import { useTexts } from './texts';

const MAIN = ['targeted', 'planned', 'sent', 'delivered'] as const;
const STATES = ['pending', 'awaiting', 'undelivered', 'failed', 'uncertain', 'cancelled', 'expired'] as const;
const REST = [
  'targetedPeople',
  'reachedPeople',
  'attendedPeople',
  'messages',
  'smsParts',
  'callAttempts',
  'callsAnswered',
  'estimatedGroupReach',
  'attestedGroupReach',
  'cost',
] as const;

/** Every count with its meaning, who was skipped and why, and the approval's numbers beside what came of them. */
export function CountsOf({ run }: { readonly run: RunView }) {
  const t = useTexts();
  const word = useWords();
  const { counts, preflight } = run;
  const skipped = Object.entries(counts.skipped).sort(([, a], [, b]) => b - a);
  return (
    <Block title={t('counts')} note={t('countsHint')}>
      <div className="counts gap-below">
        {MAIN.map((name) => (
          <Count key={name} name={name} value={counts[name]} isMain />
        ))}
      </div>
      <div className="counts">
        <Count name="skipped" value={skipped.reduce((sum, [, n]) => sum + n, 0)} />
        {STATES.map((name) => (
          <Count key={name} name={name} value={counts[name]} />
        ))}
      </div>
      <h3>{t('more')}</h3>
      <div className="counts">
        {REST.map((name) => (
          <Count key={name} name={name} value={counts[name]} />
        ))}
      </div>
      <div className="columns">
        {preflight ? (
          <div>
            <h3>{t('planned')}</h3>
            <DataTable
              label={t('planned')}
              rows={['targeted', 'planned', 'smsParts', 'cost'] as const}
              keyOf={(name) => name}
              columns={[
                { title: t('item'), show: (name) => word('count', name) },
                { title: t('expected'), kind: 'number', show: (name) => grouped(preflight.expected[name]) },
                { title: t('actual'), kind: 'number', show: (name) => grouped(preflight.actual[name]) },
                { title: t('difference'), kind: 'number', show: (name) => grouped(preflight.difference[name]) },
              ]}
            />
          </div>
        ) : null}
        {skipped.length > 0 ? (
          <div>
            <h3>{t('skipped')}</h3>
            <DataTable
              label={t('skipped')}
              rows={skipped}
              keyOf={([code]) => code}
              columns={[
                { title: t('reason'), kind: 'wide', show: ([code]) => word('reason', code) },
                { title: t('count'), kind: 'number', show: ([, n]) => grouped(n) },
              ]}
            />
          </div>
        ) : null}
      </div>
    </Block>
  );
}
