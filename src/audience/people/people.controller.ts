import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Caller, Needs, type Actor } from '../../accounts/index.js';
import { invalidInput, notFound, Problem, type Page } from '../../platform/index.js';
import { numbered } from './path-id.js';
import { People, type LookedUp, type MaskedPerson, type PersonCard } from './people.service.js';
import {
  confirmTagsSchema,
  listLapsingSchema,
  listPeopleSchema,
  lookupSchema,
  putPeopleSchema,
  revealSchema,
} from './person.schemas.js';
import { TagConfirmations, type LapsingTag } from './tag-confirmations.service.js';
import type { UpsertAnswer } from './person-upsert.service.js';

const mayNotRead = () => new Problem(403, 'forbidden', 'This tag selects people, but does not show them.');

@Controller('people')
export class PeopleController {
  constructor(
    private readonly people: People,
    private readonly confirmations: TagConfirmations,
  ) {}

  @Put()
  @Needs('people.write')
  put(
    @Body({ schema: putPeopleSchema }) body: z.output<typeof putPeopleSchema>,
    @Caller() caller: Actor,
  ): Promise<UpsertAnswer> {
    return this.people.upsert(body.people, { by: { id: caller.id, name: caller.name }, scope: caller.scope });
  }

  @Get()
  @Needs('people.read')
  async list(
    @Query({ schema: listPeopleSchema }) query: z.output<typeof listPeopleSchema>,
    @Caller() caller: Actor,
  ): Promise<Page<MaskedPerson>> {
    const page = await this.people.list(query, caller);
    if (page.ok) return page.value;
    if (page.error === 'sensitive') throw mayNotRead();
    throw invalidInput([
      {
        path: '/q',
        code: 'phone_in_url',
        message: 'a number does not belong into an address: use POST /people/lookup',
      },
    ]);
  }

  @Post('lookup')
  @HttpCode(200)
  @Needs('lookup')
  async lookup(
    @Body({ schema: lookupSchema }) body: z.output<typeof lookupSchema>,
    @Caller() caller: Actor,
  ): Promise<MaskedPerson & Pick<LookedUp, 'alsoWithThisPhone'>> {
    const found = await this.people.lookup(body, caller);
    if (!found) throw notFound();
    return { ...found.person, alsoWithThisPhone: found.alsoWithThisPhone };
  }

  /** Sensitive tags that lapse unless somebody confirms them. */
  @Get('tags/lapsing')
  @Needs('people.read')
  async lapsing(
    @Query({ schema: listLapsingSchema }) query: z.output<typeof listLapsingSchema>,
    @Caller() caller: Actor,
  ): Promise<Page<LapsingTag>> {
    const page = await this.confirmations.lapsing(query, caller);
    if (!page.ok) throw mayNotRead();
    return page.value;
  }

  @Post('tags/confirm')
  @HttpCode(200)
  @Needs('people.write')
  async confirm(
    @Body({ schema: confirmTagsSchema }) body: z.output<typeof confirmTagsSchema>,
    @Caller() caller: Actor,
  ): Promise<{ confirmed: number }> {
    const done = await this.confirmations.confirm(body, caller);
    if (!done.ok) throw mayNotRead();
    return done.value;
  }

  @Get(':id')
  @Needs('people.read')
  async one(@Param('id') id: string, @Caller() caller: Actor): Promise<PersonCard> {
    const person = await this.people.card(numbered(id), caller);
    if (!person) throw notFound();
    return person;
  }

  @Post(':id/reveal')
  @HttpCode(200)
  @Needs('people.reveal')
  async reveal(
    @Param('id') id: string,
    @Body({ schema: revealSchema }) body: z.output<typeof revealSchema>,
    @Caller() caller: Actor,
  ): Promise<{ phone: string | null }> {
    const shown = await this.people.reveal(numbered(id), caller, body.reason);
    if (shown.ok) return shown.value;
    if (shown.error === 'notFound') throw notFound();
    throw new Problem(429, 'reveal_limit', 'As many numbers as a day allows were shown to you today.');
  }

  @Delete(':id')
  @HttpCode(204)
  @Needs('people.erase')
  async erase(@Param('id') id: string, @Caller() caller: Actor): Promise<void> {
    const erased = await this.people.erase(numbered(id), caller);
    if (!erased.ok) throw notFound();
  }
}
