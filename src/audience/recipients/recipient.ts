import type { Instant, PhoneKind } from '../../platform/kernel/index.js';

export interface PlanMembership {
  readonly kind: string;
  readonly since: Instant | null;
  readonly until: Instant | null;
}

/** A number to which a message for somebody else may go. */
export interface PlanGuardian {
  readonly phone: string;
  readonly phoneKey: string;
  readonly phoneKind: PhoneKind;
}

/** Everything that a plan needs to know of a person; `name`, `phone` and `email` are sealed. */
export interface PlanPerson {
  readonly id: number;
  readonly externalId: string;
  readonly name: string | null;
  readonly phone: string | null;
  readonly phoneKey: string | null;
  readonly phoneKind: PhoneKind | null;
  readonly email: string | null;
  readonly emailKey: string | null;
  /** A township's code; '' where none is known. */
  readonly township: string;
  readonly birthDate: string | null;
  readonly language: string | null;
  readonly gender: string | null;
  /** Memberships that have not ended at the moment asked for. */
  readonly populations: readonly PlanMembership[];
  readonly tags: readonly string[];
  readonly synthetic: boolean;
  readonly guardian: PlanGuardian | null;
  /** When each trick was last planned for or reached this person. */
  readonly heard: ReadonlyMap<string, Instant>;
  readonly lastAttendedAt: Instant | null;
}

/** Everything that a plan needs to know of a group chat; `webhook` and `secret` are sealed. */
export interface PlanChat {
  readonly id: string;
  readonly name: string;
  readonly platform: string;
  readonly township: string;
  readonly population: string;
  readonly headCount: number;
  readonly owner: string | null;
  readonly webhook: string | null;
  readonly secret: string | null;
  readonly synthetic: boolean;
}
