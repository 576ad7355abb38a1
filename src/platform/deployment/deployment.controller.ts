import { Controller, Get, SetMetadata } from '@nestjs/common';
import { Config } from '../config/index.js';

/** The accounts room closes every route that declares no right; platform knows no room, so it says so by the key. */
const NoSignIn = () => SetMetadata('tidecall:open', true);

/** What stands at the top of every page, before anybody has signed in. */
export interface DeploymentView {
  readonly kind: 'real' | 'demo' | 'practice';
  /** What marks every message and every page of a rehearsal; null elsewhere. */
  readonly mark: string | null;
  readonly office: { readonly name: string; readonly callerName: string; readonly hotline: string };
  readonly timeZone: string;
}

@Controller('deployment')
@NoSignIn()
export class DeploymentController {
  constructor(private readonly config: Config) {}

  /** Whose installation this is, and whether it is a rehearsal: nobody must take one for the other. */
  @Get()
  view(): DeploymentView {
    const { kind, office, timeZone } = this.config;
    return {
      kind,
      mark: kind === 'practice' ? '演练' : null,
      office: { name: office.name, callerName: office.callerName, hotline: office.hotline },
      timeZone,
    };
  }
}
