import { Alert, Button, Spin } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Problem } from '../api/problem';
import { useAppTexts } from '../app/i18n';
import { problemWords } from '../app/problem-words';

/** While something is read. */
export function Loading() {
  const t = useAppTexts();
  return (
    <div className="state" role="status">
      <Spin /> <span className="quiet">{t('loading')}</span>
    </div>
  );
}

/** Where there is nothing yet: says what would stand there, and what to do first. */
export function Empty({ text, children }: { readonly text?: string; readonly children?: ReactNode }) {
  const t = useAppTexts();
  return (
    <div className="state empty">
      <p>{text ?? t('nothing')}</p>
      {children}
    </div>
  );
}

/** Where something could not be read. */
export function Failed({ error, again }: { readonly error: unknown; again?(): void }) {
  const t = useAppTexts();
  if (error instanceof Problem && error.status === 403) return <NoRight />;
  const isGone = error instanceof Problem && error.status === 404;
  return (
    <div className="state bad" role="alert">
      <p>{isGone ? t('notFound') : problemWords(error, t)}</p>
      {again && !isGone ? <Button onClick={again}>{t('again')}</Button> : null}
    </div>
  );
}

/** Above a form: what the server said against it; nothing where it said nothing. */
export function Refused({ error }: { readonly error: unknown }) {
  const t = useAppTexts();
  return error ? (
    <Alert type="error" showIcon role="alert" className="gap-below" title={problemWords(error, t)} />
  ) : null;
}

/** For a role that may not see this. */
export function NoRight() {
  const t = useAppTexts();
  return (
    <div className="state">
      <p>
        <strong>{t('noRight')}</strong>
      </p>
      <p className="quiet">{t('noRightHint')}</p>
    </div>
  );
}

export function NotFound() {
  const t = useAppTexts();
  return (
    <div className="state">
      <h1>{t('notFoundPage')}</h1>
      <Link to="/">{t('home')}</Link>
    </div>
  );
}

interface Asked<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  refetch(): unknown;
}

/**
 * An answer of the API with all its states: waiting, failed, empty, there. What was read once stays while it is read again.
 */
export function Answer<T>({
  of,
  isEmpty,
  empty,
  children,
}: {
  readonly of: Asked<T>;
  isEmpty?(data: T): boolean;
  readonly empty?: ReactNode;
  children(data: T): ReactNode;
}) {
  if (of.data !== undefined) return !isEmpty?.(of.data) ? children(of.data) : empty === undefined ? <Empty /> : empty;
  return of.isPending ? <Loading /> : <Failed error={of.error} again={() => void of.refetch()} />;
}
