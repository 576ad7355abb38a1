import { fileUrl, query } from '../../api/client';
import { useLanguage } from '../../app/i18n';
import { DataTable } from '../../shared/DataTable';
import { grouped, yuan } from '../../shared/numbers';
import { Block } from '../../shared/Page';
import { Answer, Empty } from '../../shared/states';
import { useWords } from '../../shared/words';
import { useTexts } from './texts';

const COUNTS = [
  'targeted',
  'planned',
  'sent',
  'delivered',
  'undelivered',
  'awaiting',
  'pending',
  'failed',
  'uncertain',
  'cancelled',
  'expired',
  'reachedPeople',
  'smsParts',
  'callAttempts',
  'callsAnswered',
] as const;

export interface Span {
  readonly from: string;
  readonly to: string;
}

export function Sends({ month, span }: { readonly month: string; readonly span: Span }) {
  const t = useTexts();
  const word = useWords();
  const { language } = useLanguage();
  const cut = { ...span, groupBy: 'campaign,channel' };
  const report = query.useQuery('get', '/api/v1/reports/sends', { params: { query: cut } });
  return (
    <Answer of={report}>
      {({ rows, totals, ledger, notes }) => (
        <>
          <p className="lead">
            {t('sentence', {
              year: month.slice(0, 4),
              month: Number(month.slice(5)),
              messages: grouped(totals.messages),
              parts: grouped(totals.smsParts),
              calls: grouped(totals.callAttempts),
              people: grouped(totals.reachedPeople),
            })}
          </p>
          <Block
            title={t('sends')}
            note={
              <>
                {t('sendsNote')} <a href={fileUrl('/api/v1/reports/sends', { ...cut, format: 'csv' })}>CSV</a>{' '}
                <a href={fileUrl('/api/v1/reports/sends', { ...cut, format: 'xlsx' })}>XLSX</a>
              </>
            }
          >
            {rows.length === 0 ? (
              <Empty text={t('sendsNone')} />
            ) : (
              <DataTable
                label={t('sends')}
                rows={[...rows, { ...totals, campaign: '', campaignName: t('total'), channel: '' }]}
                keyOf={(row) => `${row.campaign} ${row.channel}`}
                toneOf={(row) => (row.campaign === '' ? 'total' : undefined)}
                columns={[
                  { title: t('campaign'), kind: 'wide', show: (row) => row.campaignName || row.campaign },
                  { title: t('channel'), show: (row) => (row.channel ? word('channel', row.channel) : '') },
                  ...COUNTS.map((name) => ({
                    title: word('count', name),
                    kind: 'number' as const,
                    show: (row: (typeof rows)[number]) => grouped(row[name]),
                  })),
                  { title: word('count', 'cost'), kind: 'number', show: (row) => yuan(row.cost) },
                  {
                    title: t('skipped'),
                    kind: 'wide',
                    show: (row) =>
                      Object.entries(row.skipped)
                        .map(([reason, n]) => `${word('reason', reason)} ${grouped(n)}`)
                        .join(', ') || '–',
                  },
                ]}
              />
            )}
            {notes.map((note) => (
              <p className="quiet" key={note.en}>
                {note[language]}
              </p>
            ))}
            <p className="quiet proof">
              {ledger
                ? `${t('proof', { seq: ledger.seq, hash: ledger.hash })}${ledger.root ? ` · ${t('root', { day: ledger.day ?? '', root: ledger.root })}` : ''}`
                : t('proofNone')}
            </p>
          </Block>
        </>
      )}
    </Answer>
  );
}
