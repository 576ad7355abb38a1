import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { readPeriod } from '../../audit/index.js';
import { Clock, CountyTime, days, invalidInput, notFound } from '../../platform/index.js';
import { PersonWhy, type PersonWhyAnswer } from './person-why.service.js';

const moment = z.string().max(40);
const whyQuery = z.strictObject({ from: moment.optional(), to: moment.optional() });
/** Asked without a period: as far back as a neighbour remembers. */
const USUAL = days(90);

@Controller('people')
export class PersonWhyController {
  constructor(
    private readonly why: PersonWhy,
    private readonly county: CountyTime,
    private readonly clock: Clock,
  ) {}

  /** Every campaign of a period and what it did about one person: in the segment? skipped why? which delivery, text, receipt. */
  @Get(':id/why')
  @Header('Cache-Control', 'no-store')
  @Needs('why')
  async of(
    @Param('id') id: string,
    @Query({ schema: whyQuery }) query: z.output<typeof whyQuery>,
    @Caller() caller: Actor,
  ): Promise<PersonWhyAnswer> {
    const read = readPeriod(this.county, query);
    const to = read.to ?? this.clock.now() + 1;
    const from = read.from ?? to - USUAL;
    if (from >= to) throw invalidInput([{ path: '/to', code: 'invalid_date', message: 'lies before the beginning' }]);
    const answer = /^\d{1,15}$/.test(id) ? await this.why.of(Number(id), { from, to }, caller) : null;
    if (!answer) throw notFound();
    return answer;
  }
}
