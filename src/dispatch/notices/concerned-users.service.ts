import { Injectable } from '@nestjs/common';
import { Accounts, type ContactWay } from '../../accounts/index.js';
import type { Concerned } from './notice.js';

/** One whom a notice concerns, and where that person is told. */
export interface Addressee {
  readonly userId: string;
  readonly address: string;
}

/** Whom a notice concerns, each at the contact of their own account: who can do something about it, and nobody else. */
@Injectable()
export class ConcernedUsers {
  constructor(private readonly accounts: Accounts) {}

  /** Those of them who have such a contact; where none of the persons named can be told, those who hold the right. */
  async of(concerned: Concerned, way: ContactWay): Promise<Addressee[]> {
    const named = await this.reached(concerned.users ?? [], way);
    return named.length > 0 || !concerned.right ? named : this.reached(await this.holders(concerned), way);
  }

  private async holders({ right, township, isSensitive, not }: Concerned): Promise<string[]> {
    const users = await this.accounts.usersWithRight(right!);
    return users
      .filter((user) => !not?.includes(user.id))
      .filter((user) => user.township === null || user.township === township)
      .filter((user) => !isSensitive || user.mayReadSensitive)
      .map((user) => user.id);
  }

  private async reached(userIds: readonly string[], way: ContactWay): Promise<Addressee[]> {
    const found: Addressee[] = [];
    for (const userId of new Set(userIds)) {
      const contact = await this.accounts.contact(userId, way);
      if (contact === null) continue;
      found.push({ userId, address: way === 'zhezhengding' ? JSON.stringify({ accountId: contact }) : contact });
    }
    return found;
  }
}
