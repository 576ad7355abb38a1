interface Recipient {
  readonly name?: string | null;
  readonly phone?: string | null;
}

/** Who a message is for: name and phone as the API masks them, or the group chat. */
export function Recipient({ of, fallback }: { readonly of: Recipient | null | undefined; readonly fallback?: string }) {
  if (!of) return <>{fallback ?? '–'}</>;
  return (
    <span className="recipient">
      {of.name} {of.phone ? <span className="number">{of.phone}</span> : null}
    </span>
  );
}
