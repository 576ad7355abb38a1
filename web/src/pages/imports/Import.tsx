import { Link, useParams } from 'react-router';
import { dateTime } from '../../shared/county-time';
import { Block, PageHead } from '../../shared/Page';
import { Answer } from '../../shared/states';
import { State } from '../../shared/Tone';
import { isOver, useImport } from './job';
import { Reading } from './Reading';
import { Result } from './Result';
import { useTexts } from './texts';

/** One import: how far it is, or what it did. */
export default function Import() {
  const t = useTexts();
  const { id = '' } = useParams();
  const asked = useImport(id);
  return (
    <Answer of={asked}>
      {(job) => (
        <>
          <PageHead
            title={job.fileName}
            hint={
              <>
                <State of="import" is={job.status} /> · {t(job.dryRun ? 'dryRun' : 'real')} ·{' '}
                <span className="number">{dateTime(job.createdAt)}</span>
              </>
            }
          >
            <Link to="/imports">{t('list')}</Link>
            <Link className="link-button" to="/imports/new">
              {t('another')}
            </Link>
          </PageHead>
          {isOver(job) ? (
            <Result job={job} />
          ) : (
            <Block title={t('underWay')}>
              <Reading job={job} changed={() => void asked.refetch()} />
            </Block>
          )}
        </>
      )}
    </Answer>
  );
}
