import type { ReactNode } from 'react';

/** The head of a page: what it is, one line of what it says, and what can be done. */
export function PageHead({
  title,
  hint,
  children,
}: {
  readonly title: ReactNode;
  readonly hint?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <div className="page-head">
      <div>
        <h1>{title}</h1>
        {hint ? <p className="quiet">{hint}</p> : null}
      </div>
      {children ? <div className="page-actions">{children}</div> : null}
    </div>
  );
}

/** A block of a page under a heading. */
export function Block({
  title,
  note,
  children,
  className = '',
}: {
  readonly title: ReactNode;
  readonly note?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <section className={`block ${className}`}>
      <h2>
        {title} {note ? <small>{note}</small> : null}
      </h2>
      {children}
    </section>
  );
}
