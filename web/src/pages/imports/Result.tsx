import { Alert } from 'antd';
import { Link } from 'react-router';
import type { ImportView } from '../../api/types';
import { grouped } from '../../shared/numbers';
import { Block } from '../../shared/Page';
import { Mistakes } from './Mistakes';
import type zh from './texts.zh';
import { useTexts } from './texts';

const COUNTS = ['total', 'created', 'updated', 'unchanged', 'rejected'] as const;

/** What an import did, or would do: counts, what is odd, and what was not taken. */
export function Result({ job }: { readonly job: ImportView }) {
  const t = useTexts();
  if (job.status === 'failed') return <Failure job={job} />;
  if (job.status === 'cancelled')
    return (
      <Block title={t('doneTitle')}>
        <p>{t(job.dryRun ? 'cancelledDry' : 'cancelled')}</p>
        <Numbers job={job} />
      </Block>
    );
  return (
    <>
      <Block title={t(job.dryRun ? 'tried' : 'doneTitle')} note={t(job.dryRun ? 'triedHint' : 'doneHint')}>
        <Numbers job={job} />
        <Warnings job={job} />
      </Block>
      <Block title={t('rejects')}>
        {job.rejected === 0 ? <p className="quiet">{t('rejectsNone')}</p> : <Mistakes job={job} />}
      </Block>
    </>
  );
}

function Failure({ job }: { readonly job: ImportView }) {
  const t = useTexts();
  const key = `failed.${job.errorCode}` as keyof typeof zh;
  const words = t(key);
  return (
    <Block title={t('failedTitle')}>
      <Alert type="error" showIcon role="alert" title={words === key ? job.error : words} />
    </Block>
  );
}

function Numbers({ job }: { readonly job: ImportView }) {
  const t = useTexts();
  return (
    <dl className="import-counts">
      {COUNTS.map((name) => (
        <div key={name} className={name === 'rejected' && job.rejected > 0 ? 'count warn' : 'count'}>
          <dt className="count-name">{t(name)}</dt>
          <dd className="count-value" data-testid={`import-${name}`}>
            {grouped(job[name])}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Warnings({ job }: { readonly job: ImportView }) {
  const t = useTexts();
  if (job.warnings.length === 0) return null;
  return (
    <ul className="plain-list">
      {job.warnings.map(({ code, count, lines }) => (
        <li key={code}>
          <span className="tone warn" aria-hidden="true">
            ▲
          </span>{' '}
          {t(`warning.${code}`, { n: count })}{' '}
          {lines.length > 0 ? (
            <small>{t('warning.lines', { lines: lines.slice(0, 20).join(', ') + (count > 20 ? '…' : '') })}</small>
          ) : null}{' '}
          {code === 'phone_shared' && !job.dryRun ? <Link to="/conflicts">{t('conflicts')}</Link> : null}
        </li>
      ))}
    </ul>
  );
}
