import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { z } from 'zod';
import {
  conflict,
  invalidInput,
  notFound,
  Problem,
  type InputMistake,
  type Page,
  type Result,
} from '../platform/index.js';
import { Accounts } from './accounts.service.js';
import type { Actor } from './actor.js';
import { Caller, InPerson, Needs } from './needs.decorator.js';
import { UserDetailsReader, type UserView } from './user-details.service.js';
import { UserRecords } from './user-records.service.js';
import { changedUserSchema, newUserSchema, resetSchema, usersQuery } from './user.schemas.js';
import { Users } from './users.service.js';

@Controller('users')
@Needs('users')
export class UsersController {
  constructor(
    private readonly accounts: Accounts,
    private readonly users: Users,
    private readonly records: UserRecords,
    private readonly details: UserDetailsReader,
  ) {}

  @Get()
  list(@Query({ schema: usersQuery }) query: z.output<typeof usersQuery>): Promise<Page<UserView>> {
    return this.users.list(query.cursor, query.limit);
  }

  @Get(':id')
  async one(@Param('id') id: string): Promise<UserView> {
    const user = await this.records.byId(id);
    if (!user) throw notFound();
    return this.details.view(user);
  }

  @Post()
  async create(
    @Body({ schema: newUserSchema }) body: z.output<typeof newUserSchema>,
    @Caller() caller: Actor,
  ): Promise<UserView> {
    const { id } = allowed(await this.accounts.create(body, caller));
    return this.one(id);
  }

  @Put(':id')
  async change(
    @Param('id') id: string,
    @Body({ schema: changedUserSchema }) body: z.output<typeof changedUserSchema>,
    @Caller() caller: Actor,
  ): Promise<UserView> {
    return allowed(await this.users.change(id, body, caller));
  }

  @Post(':id/disable')
  @HttpCode(200)
  async disable(@Param('id') id: string, @Caller() caller: Actor): Promise<UserView> {
    return allowed(await this.users.disable(id, caller));
  }

  @Post(':id/enable')
  @HttpCode(200)
  async enable(@Param('id') id: string, @Caller() caller: Actor): Promise<UserView> {
    return allowed(await this.users.enable(id, caller));
  }

  @Post(':id/reset')
  @HttpCode(200)
  @InPerson()
  async reset(
    @Param('id') id: string,
    @Body({ schema: resetSchema }) body: z.output<typeof resetSchema>,
    @Caller() caller: Actor,
  ): Promise<UserView> {
    return allowed(await this.users.reset(id, body.password, caller));
  }

  @Post(':id/phone-verified')
  @HttpCode(200)
  async phoneVerified(@Param('id') id: string, @Caller() caller: Actor): Promise<UserView> {
    return allowed(await this.users.phoneVerified(id, caller));
  }
}

type Refusal = 'invalid' | 'usernameTaken' | 'notFound' | 'ownRights' | 'ownAccount' | 'noPhone' | 'secondAdmin';

const problems: Record<Refusal, (detail: unknown) => Problem> = {
  invalid: (mistakes) => invalidInput(mistakes as InputMistake[]),
  usernameTaken: () => conflict('username_taken', 'Somebody has this name already.'),
  notFound: () => notFound(),
  ownRights: () => conflict('own_rights', 'Nobody changes their own rights: ask another administrator.'),
  ownAccount: () => conflict('own_account', 'Not your own account: ask another administrator.'),
  secondAdmin: () =>
    conflict('second_admin_needed', 'You asked for this account to be as it is: another administrator enables it.'),
  noPhone: () => conflict('no_phone', 'This user has no phone.'),
};

function allowed<T>(result: Result<T, Refusal>): T {
  if (result.ok) return result.value;
  throw problems[result.error](result.detail);
}
