import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { ConsoleLogger, type INestApplication, type LoggerService, type LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OpenAPIObject } from '@nestjs/swagger';
import { text } from 'express';
import helmet from 'helmet';
import { AppModule, entities } from './app.module.js';
import { Imports, ReadyMadeSegments } from './audience/index.js';
import { serveConsole } from './console.js';
import { Library, LibrarySeed } from './library/index.js';
import {
  type Clock,
  type Config,
  connect,
  inputPipe,
  isBehind,
  makeFirstKeys,
  migrate,
  ProblemFilter,
  refuseGreatBodies,
} from './platform/index.js';
import { trustIn } from './platform/proxy.js';
import { RuntimeRoles } from './platform/roles.js';

export interface AppOptions {
  readonly config: Config;
  /** Another clock than the machine's: the demo's, a rehearsal's, a test's. */
  readonly clock?: Clock;
  readonly roles?: { readonly api: boolean; readonly scheduler: boolean; readonly worker: boolean };
  /** Brings a MySQL/MariaDB database up to date; an SQLite file always is. */
  readonly migrate?: boolean;
  readonly logLevels?: LogLevel[];
  /** Another log than the console's: the command line's. */
  readonly logger?: LoggerService;
  /** False: nothing runs by itself (the sealer, the clock, housekeeping); for a command that does its one thing and ends. */
  readonly schedules?: boolean;
}

export interface RunningApp {
  readonly app: INestApplication;
  /** Where it listens; empty where it has no `api` role. */
  readonly url: string;
  close(): Promise<void>;
}

/** A database that this version cannot work with yet. */
export class DatabaseBehind extends Error {
  constructor() {
    super('The database is behind this version: run `npm run cli -- migrate`, or start with --migrate.');
  }
}

/** Opens the database, migrates it where it may, and puts the house together; nothing listens yet. */
export async function assemble(options: AppOptions): Promise<{ app: NestExpressApplication; close(): Promise<void> }> {
  const { config } = options;
  makeFirstKeys(config);
  const { database, writer } = await connect(config.database, entities);
  try {
    if (config.database.kind === 'sqlite' || options.migrate) await migrate(writer);
    else if (await isBehind(writer)) throw new DatabaseBehind();
    const { api, scheduler, worker } = options.roles ?? { api: true, scheduler: true, worker: true };
    const logger =
      options.logger ??
      new ConsoleLogger({
        json: process.stdout.isTTY !== true,
        logLevels: options.logLevels ?? ['log', 'warn', 'error', 'fatal'],
      });
    const app = await NestFactory.create<NestExpressApplication>(
      AppModule.of({
        config,
        database,
        writer,
        roles: new RuntimeRoles(api, scheduler, worker),
        schedules: options.schedules ?? true,
        ...(options.clock ? { clock: options.clock } : {}),
      }),
      { logger, bodyParser: false, abortOnError: false },
    );
    configure(app, config);
    if (api) await describeApi(app);
    await app.init();
    await app.get(LibrarySeed, { strict: false }).seed();
    await app.get(ReadyMadeSegments, { strict: false }).seed(await app.get(Library, { strict: false }).types());
    if (worker) app.get(Imports, { strict: false }).startWatching();
    return {
      app,
      close: async () => {
        await app.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The outside face, the same in production and in tests. */
function configure(app: NestExpressApplication, config: Config): void {
  const { server } = config.settings;
  app.setGlobalPrefix('api/v1', { exclude: ['health/live', 'health/ready', 'metrics'] });
  app.set('trust proxy', trustIn(server.trustProxy));
  app.set('query parser', 'simple');
  app.use(refuseGreatBodies({ bodyMb: server.bodyLimitMb, uploadMb: server.uploadLimitMb }));
  // Gateways push JSON, forms, Base64 and what not under any content type: their bodies stay text for the adapter to read.
  app.use('/api/v1/receipts', text({ type: () => true, limit: '5mb' }));
  app.useBodyParser('json', { limit: `${server.bodyLimitMb}mb` });
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: {
          defaultSrc: ["'self'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", 'data:'],
          frameAncestors: ["'none'"],
          upgradeInsecureRequests: null,
        },
      },
      strictTransportSecurity: false,
    }),
  );
  serveConsole(app);
  app.useGlobalPipes(inputPipe());
  app.useGlobalFilters(new ProblemFilter());
}

/** The OpenAPI document and its page. Loaded only where somebody can ask for it: a command that ends in a second has no use for it. */
async function describeApi(app: NestExpressApplication): Promise<void> {
  const { DocumentBuilder, SwaggerModule } = await import('@nestjs/swagger');
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setTitle('Tidecall 潮信')
      .setDescription('The outreach engine of a county anti-fraud centre')
      .setVersion('1')
      .addBearerAuth()
      .build(),
  );
  describeAnswers(document);
  SwaggerModule.setup('api/docs', app, document, { jsonDocumentUrl: 'api/openapi.json' });
}

/** What each route answers, as `scripts/answers.mjs` read it from the controllers. */
function describeAnswers(document: OpenAPIObject): void {
  const { operations, schemas } = JSON.parse(readFileSync(new URL('./data/answers.json', import.meta.url), 'utf8')) as {
    operations: Record<string, object>;
    schemas: Record<string, object>;
  };
  document.components = { ...document.components, schemas: { ...document.components?.schemas, ...schemas } };
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path) as { operationId: string; responses: Record<string, object> }[]) {
      const schema = operations[operation.operationId];
      const status = Object.keys(operation.responses).find((code) => /^2/.test(code));
      if (schema && status)
        operation.responses[status] = { description: '', content: { 'application/json': { schema } } };
    }
  }
}

/** Starts the product: all roles in one process, or those that are asked for. */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const { app, close } = await assemble(options);
  // A command of the command line ends in its own way.
  app.enableShutdownHooks();
  const { host, port } = options.config.environment;
  if (options.roles && !options.roles.api) return { app, url: '', close };
  await app.listen(port, host);
  return { app, url: (await app.getUrl()).replace('[::1]', '127.0.0.1'), close };
}
