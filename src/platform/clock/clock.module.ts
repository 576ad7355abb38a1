import { Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Clock, SystemClock } from './clock.js';
import { CountyTime } from './county-time.js';

@Global()
@Module({
  providers: [
    { provide: Clock, useClass: SystemClock },
    { provide: CountyTime, useFactory: (config: Config) => new CountyTime(config.timeZone), inject: [Config] },
  ],
  exports: [Clock, CountyTime],
})
export class ClockModule {}
