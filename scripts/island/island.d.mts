/** What the tests see of the generator. */
export interface IslandPerson {
  readonly externalId: string;
  readonly name: string;
  readonly phone: string;
  readonly birthDate: string;
  readonly township: string;
  readonly populations: readonly string[];
  readonly tags: readonly string[];
  readonly registeredAt: string;
  readonly language: string;
  readonly guardianOf: string;
}

export interface IslandEvent {
  readonly type: 'arrival' | 'registration' | 'departure';
  readonly externalId?: string;
  readonly person?: { readonly externalId: string; readonly phone?: string };
  readonly occurredAt: string;
}

export interface Island {
  readonly people: readonly IslandPerson[];
  readonly mistakes: { readonly invalidPhones: number; readonly repeatedRows: number };
  readonly happenings: readonly {
    readonly at: number;
    readonly kind: string;
    readonly events: readonly IslandEvent[];
  }[];
  readonly chats: readonly {
    readonly name: string;
    readonly platform: string;
    readonly township: string;
    readonly headCount: number;
    readonly owner?: string;
    readonly token?: string;
  }[];
  readonly optOuts: readonly string[];
  readonly counts: Readonly<Record<'locals' | 'migrants' | 'arrivals' | 'special' | 'newcomers', number>>;
}

export const USUAL_PEOPLE: number;
export function makeIsland(options: { seed?: number; people?: number; start: number; end: number }): Island;
