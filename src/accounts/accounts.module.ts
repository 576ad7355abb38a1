import { Global, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { Accounts } from './accounts.service.js';
import { ApiTokens } from './api-tokens.service.js';
import { AuthController, TokensController } from './auth.controller.js';
import { DoorsController } from './doors.controller.js';
import { BureauSignOn } from './bureau-sign-on.service.js';
import { CredentialsReader } from './credentials.service.js';
import { FieldLinks } from './field-links.service.js';
import { AccountsHousekeeping } from './housekeeping.service.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { Idempotency } from './idempotency.service.js';
import { Passwords } from './passwords.service.js';
import { RightsGuard } from './rights.guard.js';
import { Sessions } from './sessions.service.js';
import { SignInAttempts } from './sign-in-attempts.service.js';
import { SignIn } from './sign-in.service.js';
import { Totp } from './totp.service.js';
import { UserDetailsReader } from './user-details.service.js';
import { UserRecords } from './user-records.service.js';
import { UsersController } from './users.controller.js';
import { UserAccess, Users } from './users.service.js';

/** Who may come in, and what they may do: the guard and the idempotency of every route stand here. */
@Global()
@Module({
  controllers: [AuthController, DoorsController, TokensController, UsersController],
  providers: [
    Accounts,
    AccountsHousekeeping,
    ApiTokens,
    BureauSignOn,
    CredentialsReader,
    FieldLinks,
    Idempotency,
    Passwords,
    Sessions,
    SignIn,
    SignInAttempts,
    Totp,
    UserAccess,
    UserDetailsReader,
    UserRecords,
    Users,
    { provide: APP_GUARD, useClass: RightsGuard },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
  exports: [Accounts, FieldLinks],
})
export class AccountsModule {}
