/** A table of states and the moves that each allows. A move to a state that the table does not know does not compile. */
export interface States<S extends string> {
  readonly initial: S;
  readonly moves: { readonly [K in S]: readonly S[] };
}

export const states = <const M extends Record<string, readonly (keyof M & string)[]>>(table: {
  initial: keyof M & string;
  moves: M;
}): States<keyof M & string> => table as States<keyof M & string>;

/** True where the table lets `from` become `to`. */
export const canMove = <S extends string>(table: States<S>, from: S, to: S): boolean => table.moves[from].includes(to);

/** States that cannot be left. */
export const finalStates = <S extends string>(table: States<S>): S[] =>
  (Object.keys(table.moves) as S[]).filter((state) => table.moves[state].length === 0);
