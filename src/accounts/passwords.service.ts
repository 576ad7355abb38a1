import { Injectable, type OnModuleInit } from '@nestjs/common';
import { hash, verify, type Algorithm } from '@node-rs/argon2';
import { Chance } from '../platform/index.js';

/** argon2id with 19 MiB, two passes, one lane: the least of OWASP's Password Storage Cheat Sheet that fits a small server. */
const ARGON2ID = 2 as Algorithm.Argon2id;
const parameters = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

@Injectable()
export class Passwords implements OnModuleInit {
  private nobodys: Promise<string> | null = null;

  constructor(private readonly chance: Chance) {}

  async onModuleInit(): Promise<void> {
    await this.hashOfNobody();
  }

  hash(password: string): Promise<string> {
    return hash(password, parameters);
  }

  /** Without a hash (no such user) it takes as long and is false: the time of a refusal does not tell who has an account. */
  async holds(passwordHash: string | null, password: string): Promise<boolean> {
    const held = await verify(passwordHash ?? (await this.hashOfNobody()), password);
    return held && passwordHash !== null;
  }

  private hashOfNobody(): Promise<string> {
    this.nobodys ??= this.hash(this.chance.token());
    return this.nobodys;
  }
}
