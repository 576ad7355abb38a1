import { useState } from 'react';
import { grouped } from '../../shared/numbers';
import { useTexts } from './texts';

interface Props {
  readonly file: File | null;
  /** What is wrong with it, in the reader's words. */
  readonly mistake: string | null;
  choose(file: File): void;
}

/** A place to drop a file, or to choose one by mouse or keyboard. */
export function DropFile({ file, mistake, choose }: Props) {
  const t = useTexts();
  const [isOver, setOver] = useState(false);
  const take = (files: FileList | null | undefined) => {
    const first = files?.[0];
    if (first) choose(first);
  };
  return (
    <>
      <label
        className={isOver ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files);
        }}
      >
        <input
          type="file"
          className="hush"
          accept=".csv,.txt,.tsv,.xlsx,text/csv"
          aria-invalid={mistake !== null}
          aria-describedby="drop-mistake"
          onChange={(event) => take(event.target.files)}
        />
        <strong>{file ? t('chosen', { name: file.name, kb: grouped(Math.ceil(file.size / 1024)) }) : t('drop')}</strong>
        <span className="quiet">{file ? t('changeFile') : t('dropHint')}</span>
      </label>
      <p id="drop-mistake" className="tone bad" role="alert">
        {mistake}
      </p>
    </>
  );
}
