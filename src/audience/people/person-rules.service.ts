import { Injectable } from '@nestjs/common';
import { Clock, Config, CountyTime } from '../../platform/index.js';
import { RulesOfCounty, type PersonSettings } from './county-person-rules.js';

/** What the settings say of people. */
export const personSettings = ({ settings: { audience, townships } }: Config): PersonSettings => ({
  smsCapable: audience.smsCapable,
  tagAliases: audience.tagAliases,
  townships: townships.map(({ code, name }) => ({ code, name })),
});

/** The county's rules for reading a person, as the settings say them. */
@Injectable()
export class CountyPersonRules extends RulesOfCounty {
  constructor(config: Config, county: CountyTime, clock: Clock) {
    super(personSettings(config), county, () => clock.now());
  }
}
