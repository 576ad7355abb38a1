import { Module, type DynamicModule } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Clock, SystemClock } from './clock.js';
import { CountyTime } from './county-time.js';

@Module({})
export class ClockModule {
  /** The machine's clock, or the one that a demo, a rehearsal or a test moves by hand. */
  static of(clock: Clock = new SystemClock()): DynamicModule {
    return {
      module: ClockModule,
      global: true,
      providers: [
        { provide: Clock, useValue: clock },
        { provide: CountyTime, useFactory: (config: Config) => new CountyTime(config.timeZone), inject: [Config] },
      ],
      exports: [Clock, CountyTime],
    };
  }
}
