import type { TidecallConfig } from './schema.js';

export type DatabaseUrl =
  | { readonly kind: 'sqlite'; readonly path: string }
  | {
      readonly kind: 'mysql';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly name: string;
    };

/** Everything that a deployment decides, read and checked once at start. */
export class Config {
  constructor(
    readonly settings: TidecallConfig,
    readonly environment: {
      readonly port: number;
      readonly host: string;
      readonly database: DatabaseUrl;
      readonly redisUrl: string | null;
      readonly keys: {
        readonly dataKey: string | null;
        readonly dataKeysOld: readonly string[];
        readonly indexKey: string | null;
        readonly indexKeysOld: readonly string[];
      };
    },
  ) {}

  /** Real people, the demo's made-up ones, or those of a rehearsal. */
  get kind(): 'real' | 'demo' | 'practice' {
    const { practice, synthetic } = this.settings;
    return practice ? 'practice' : synthetic ? 'demo' : 'real';
  }
  get office() {
    return this.settings.office;
  }
  get timeZone(): string {
    return this.settings.office.timeZone ?? this.settings.timeZone;
  }
  /** Where gateways reach this installation, without a slash at the end. */
  get publicUrl(): string {
    return (this.settings.server.publicUrl ?? `http://127.0.0.1:${this.environment.port}`).replace(/\/+$/, '');
  }
  get database(): DatabaseUrl {
    return this.environment.database;
  }
  get keys() {
    return this.environment.keys;
  }

  /** The township of a code or a name; null where the county has none such. */
  township(codeOrName: string): { code: string; name: string } | null {
    return this.settings.townships.find((t) => t.code === codeOrName || t.name === codeOrName) ?? null;
  }
}
