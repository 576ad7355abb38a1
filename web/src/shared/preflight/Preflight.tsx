import { query } from '../../api/client';
import type { Definition, KeptPreflight } from '../../api/types';
import { useCampaignWords } from '../campaign-words';
import { dateTime } from '../county-time';
import { DataTable } from '../DataTable';
import { grouped, yuan } from '../numbers';
import { Block } from '../Page';
import { useTownshipNames, useTrickNames } from '../names';
import { useWords } from '../words';
import { useTexts } from './texts';

interface Props {
  readonly preflight: KeptPreflight;
  readonly definition: Definition;
}

/** Who, skipped why, how many on each channel, at what cost, when it will be over, who yields. */
export function Preflight({ preflight, definition }: Props) {
  const t = useTexts();
  const words = useCampaignWords();
  const segment = query.useQuery('get', '/api/v1/segments/{id}', { params: { path: { id: definition.segmentId } } });
  const skipped = Object.values(preflight.skipped).reduce((sum, n) => sum + n, 0);
  return (
    <Block title={t('magnitude')} note={preflight.at ? t('takenAt', { at: dateTime(preflight.at) }) : null}>
      <p>
        <span className="big-number" data-testid="targeted">
          {grouped(preflight.targeted)}
        </span>{' '}
        {t('magnitudeUnit', { people: grouped(preflight.targetedPeople) })}
      </p>
      <p>{t('planned', { planned: grouped(preflight.planned), skipped: grouped(skipped) })}</p>
      <dl className="pairs">
        <dt>{t('segment')}</dt>
        <dd>{segment.data ? `${segment.data.name}（${segment.data.countText}）` : '…'}</dd>
        <dt>{t('channels')}</dt>
        <dd>{words.channels(definition)}</dd>
        <dt>{t('cadence')}</dt>
        <dd>{words.cadence(definition)}</dd>
        <dt>{t('starts')}</dt>
        <dd className="number">{dateTime(preflight.startsAt)}</dd>
        <dt>{t('finishes')}</dt>
        <dd className="number">{preflight.finishesAt === null ? t('never') : dateTime(preflight.finishesAt)}</dd>
        <dt>{t('cost')}</dt>
        <dd className="number">{yuan(preflight.estimate.cost)}</dd>
        <dt>{t('parts')}</dt>
        <dd className="number">{grouped(preflight.estimate.smsParts)}</dd>
      </dl>
      <Breakdown preflight={preflight} />
      <Around preflight={preflight} />
    </Block>
  );
}

const most = (numbers: Readonly<Record<string, number>>) => Object.entries(numbers).sort(([, a], [, b]) => b - a);

function Breakdown({ preflight }: { readonly preflight: KeptPreflight }) {
  const t = useTexts();
  const word = useWords();
  const trick = useTrickNames();
  const township = useTownshipNames();
  const tables = [
    {
      title: t('skipped'),
      of: t('reason'),
      rows: most(preflight.skipped),
      name: (code: string) => word('reason', code),
    },
    {
      title: t('byChannel'),
      of: t('channel'),
      rows: most(Object.fromEntries(Object.entries(preflight.byChannel).map(([code, n]) => [code, n.planned]))),
      name: (code: string) => word('channel', code),
    },
    { title: t('byTownship'), of: t('township'), rows: most(preflight.byTownship), name: township },
    { title: t('byTrick'), of: t('trick'), rows: most(preflight.byTrick), name: trick },
  ];
  return (
    <div className="messages">
      {tables
        .filter(({ rows }) => rows.length > 0)
        .map(({ title, of, rows, name }) => (
          <details key={title} open={rows.length <= 8}>
            <summary>
              <strong>{title}</strong> <small>{rows.length}</small>
            </summary>
            <DataTable
              label={title}
              rows={rows}
              keyOf={([code]) => code}
              columns={[
                { title: of, kind: 'wide', show: ([code]) => name(code) },
                { title: t('count'), kind: 'number', show: ([, n]) => grouped(n) },
              ]}
            />
          </details>
        ))}
    </div>
  );
}

function Around({ preflight }: { readonly preflight: KeptPreflight }) {
  const t = useTexts();
  const word = useWords();
  const lines = [
    ...preflight.yields.map(({ to, people }) => t('yieldsTo', { to, people: grouped(people) })),
    ...preflight.mayYield.map(({ to, at, people }) => t('mayYield', { to, at: dateTime(at), people: grouped(people) })),
    ...Object.entries(preflight.ladderUpTo).map(([channel, people]) =>
      t('ladderLine', { channel: word('channel', channel), people: grouped(people) }),
    ),
    ...preflight.quota.map(({ gateway, needed, leftToday }) =>
      leftToday === null
        ? t('quotaFree', { gateway, needed: grouped(needed) })
        : t('quotaLine', { gateway, needed: grouped(needed), left: grouped(leftToday) }),
    ),
  ];
  return lines.length === 0 ? null : (
    <ul>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
