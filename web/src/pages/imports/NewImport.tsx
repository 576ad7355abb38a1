import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { Problem } from '../../api/problem';
import { useMistakeWords } from '../../shared/field-errors';
import { grouped } from '../../shared/numbers';
import { Block, PageHead } from '../../shared/Page';
import { Answer, Refused } from '../../shared/states';
import { Columns } from './Columns';
import { DropFile } from './DropFile';
import { isOver, sendList, useImport, type Mapping } from './job';
import { Reading } from './Reading';
import { Result } from './Result';
import { useTexts } from './texts';

/** A list, tried first: counts, columns and mistakes are shown before anything is changed. */
export default function NewImport() {
  const t = useTexts();
  const go = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [fileMistake, setFileMistake] = useState<string | null>(null);
  const [grounds, setGrounds] = useState<Grounds>({ basis: '', purpose: '' });
  const [mapping, setMapping] = useState<Mapping>({});
  const [tried, setTried] = useState<{ id: string; mapping: Mapping } | null>(null);
  const trial = useImport(tried?.id ?? null);
  const fieldWords = useFieldWords();

  const send = useMutation({
    mutationFn: async ({ isDryRun }: { isDryRun: boolean }) => sendList({ file: file!, mapping, isDryRun, ...grounds }),
    onSuccess: (id, { isDryRun }) => {
      if (isDryRun) setTried({ id, mapping });
      else void go(`/imports/${id}`);
    },
    onError: (error) => setFileMistake(fieldWords(error, '/file')),
  });
  const start = (isDryRun: boolean) => {
    setFileMistake(file ? null : t('noFile'));
    if (file) send.mutate({ isDryRun });
  };
  const choose = (chosen: File) => {
    setFile(chosen);
    setFileMistake(null);
    setTried(null);
    setMapping({});
    send.reset();
  };
  const isChanged = tried !== null && tried.mapping !== mapping;
  const job = tried ? trial.data : undefined;
  const isReady = job?.status === 'done' && !isChanged;

  return (
    <>
      <PageHead title={t('new')} hint={t('newHint')} />
      <Block title={t('file')}>
        {fileMistake ? null : <Refused error={send.error} />}
        <DropFile file={file} mistake={fileMistake} choose={choose} />
        <GroundsFields said={grounds} say={setGrounds} mistakeOf={(path) => fieldWords(send.error, path)} />
        <div className="page-actions">
          <Button type={isReady ? 'default' : 'primary'} loading={send.isPending} onClick={() => start(true)}>
            {t(isChanged ? 'tryAgain' : 'try')}
          </Button>
          {isReady ? (
            <Button type="primary" loading={send.isPending} onClick={() => start(false)}>
              {t('importSure', { n: grouped(job.total - job.rejected) })}
            </Button>
          ) : null}
        </div>
      </Block>
      {tried ? (
        <Answer of={trial}>
          {(reading) =>
            isOver(reading) ? (
              <>
                <Result job={reading} />
                <Columns job={reading} mapping={mapping} change={setMapping} />
              </>
            ) : (
              <Block title={t('underWay')}>
                <Reading job={reading} changed={() => void trial.refetch()} />
              </Block>
            )
          }
        </Answer>
      ) : null}
    </>
  );
}

/** The server's word about one field, in the reader's language. */
function useFieldWords(): (error: unknown, path: string) => string | null {
  const wordsOf = useMistakeWords();
  return (error, path) => {
    const found = error instanceof Problem ? error.errors.find((mistake) => mistake.path === path) : undefined;
    return found ? wordsOf(found) : null;
  };
}

interface Grounds {
  readonly basis: string;
  readonly purpose: string;
}

interface GroundsProps {
  readonly said: Grounds;
  say(said: Grounds): void;
  mistakeOf(path: string): string | null;
}

function GroundsFields({ said, say, mistakeOf }: GroundsProps) {
  const t = useTexts();
  const field = (name: 'basis' | 'purpose', max: number) => {
    const mistake = mistakeOf(`/${name}`);
    return (
      <>
        <label htmlFor={`grounds-${name}`}>{t(name)}</label>
        <Input
          id={`grounds-${name}`}
          maxLength={max}
          value={said[name]}
          aria-invalid={mistake !== null}
          onChange={(event) => say({ ...said, [name]: event.target.value })}
        />
        {mistake ? <p className="tone bad">{mistake}</p> : null}
      </>
    );
  };
  return (
    <details className="to-say gap-below">
      <summary>{t('grounds')}</summary>
      <div className="narrow">
        {field('basis', 120)}
        {field('purpose', 200)}
        <p className="quiet">{t('groundsHint')}</p>
      </div>
    </details>
  );
}
