import { Injectable } from '@nestjs/common';
import { Clock, Config, CountyTime } from '../../platform/index.js';
import { RulesOfCounty, type PersonWords } from './county-person-rules.js';

/** What the settings say of people. */
export const personWords = ({ settings: { audience, townships } }: Config): PersonWords => ({
  smsCapable: audience.smsCapable,
  tagAliases: audience.tagAliases,
  townships: townships.map(({ code, name }) => ({ code, name })),
});

/** The county's rules for reading a person, as the settings say them. */
@Injectable()
export class CountyPersonRules extends RulesOfCounty {
  constructor(config: Config, county: CountyTime, clock: Clock) {
    super(personWords(config), county, () => clock.now());
  }
}
