import { Link } from 'react-router';
import type { TideRow } from '../api/types';
import { texts } from '../app/i18n';
import { dateTime, timeOfDay } from './county-time';
import { DataTable } from './DataTable';
import { useDuration } from './numbers';
import { State } from './Tone';
import { useWords } from './words';

const useTexts = texts(
  'tide-table',
  { at: '时点', campaign: '活动', state: '状态', late: '迟', note: '说明', open: '看批次' },
  { at: 'At', campaign: 'Campaign', state: 'State', late: 'Late by', note: 'Note', open: 'see the run' },
);

interface Props {
  readonly label: string;
  readonly rows: readonly TideRow[];
  /** Of one campaign: its name is left out. */
  readonly isOfOne?: boolean;
  /** Of one day: the date is left out. */
  readonly isOfDay?: boolean;
}

/** Occurrences: when each was due, what became of it, how late, and why not. */
export function TideTable({ label, rows, isOfOne = false, isOfDay = false }: Props) {
  const t = useTexts();
  const word = useWords();
  const inWords = useDuration();
  return (
    <DataTable
      label={label}
      rows={rows}
      keyOf={(row) => `${row.campaignId} ${row.at}`}
      toneOf={(row) => (row.status === 'missed' ? 'bad' : undefined)}
      columns={[
        {
          title: t('at'),
          show: (row) => <span className="number">{isOfDay ? timeOfDay(row.at) : dateTime(row.at)}</span>,
        },
        ...(isOfOne
          ? []
          : [
              {
                title: t('campaign'),
                kind: 'wide' as const,
                show: (row: TideRow) => <Link to={`/campaigns/${row.campaignId}`}>{row.campaign}</Link>,
              },
            ]),
        { title: t('state'), show: (row) => <State of="tide" is={row.status} /> },
        ...(rows.some((row) => row.lateSeconds)
          ? [
              {
                title: t('late'),
                kind: 'number' as const,
                show: (row: TideRow) => (row.lateSeconds ? inWords(row.lateSeconds) : ''),
              },
            ]
          : []),
        {
          title: t('note'),
          show: (row) => (
            <>
              {row.reason ? word('reason', row.reason) : ''}{' '}
              {row.runId ? <Link to={`/runs/${row.runId}`}>{t('open')}</Link> : ''}
            </>
          ),
        },
      ]}
    />
  );
}
