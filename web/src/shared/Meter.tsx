import { percent } from './numbers';

/** A share as a bar; its words stand beside it. */
export function Meter({ share, label }: { readonly share: number; readonly label: string }) {
  return (
    <div
      className="meter"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={percent(share)}
    >
      <span style={{ width: `${share * 100}%` }} />
    </div>
  );
}
