/** Who reads a report, as far as it matters: an `Actor` is one. */
export interface Viewer {
  readonly scope: { readonly township: string | null };
  readonly mayReadSensitive: boolean;
}
