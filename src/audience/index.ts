/** The audience room's front door: people, imports, events, segments, recipients, group chats, opt-outs, contact facts. */
export { AudienceModule } from './audience.module.js';
export { audienceEntities } from './audience.entities.js';

// people
export { People, type MaskedPerson, type PersonRef } from './people/people.service.js';
export { type PersonInput } from './people/person.schemas.js';
export type { PutSource, UpsertAnswer, UpsertRejection, UpsertWarning } from './people/person-upsert.service.js';
export { type Population } from './people/person-words.js';

// events
export { ArrivalWatch } from './events/arrival-watch.service.js';
export { PersonEvents, type PersonEvent } from './events/person-events.service.js';

// imports
export { Imports, type ImportCounts, type ImportView } from './imports/imports.service.js';
export { importFormSchema } from './imports/import.schemas.js';
export { UnreadableFile } from './imports/table.js';

// segments
export { ReadyMadeSegments } from './segments/ready-made.service.js';
export { Segments, type UsedBy } from './segments/segments.service.js';
export type { Segment } from './segments/segment.js';
export { type Condition } from './segments/compile.js';
export { type PersonFacts } from './segments/matches.js';
export type { Rule, RuleCondition, Subject } from './segments/rule.js';
export type { RuleContext } from './segments/rule-context.js';

// recipients
export { Recipients, type ChatsQuestion, type PeopleQuestion } from './recipients/recipients.service.js';
export type { PlanChat, PlanGuardian, PlanMembership, PlanPerson } from './recipients/recipient.js';

// group chats
export { GroupChats, type MaskedGroupChat, type NewGroupChat } from './group-chats/group-chats.service.js';

// opt-outs and the health of numbers
export { OptOutDesk } from './opt-outs/opt-out-desk.service.js';
export { OptOuts, type OptOutChannel, type OptOutSource } from './opt-outs/opt-outs.service.js';
export { PhoneHealth, type PhoneFailure } from './opt-outs/phone-health.service.js';
export { alarmWordIn, isOptOut } from './opt-outs/opt-out-words.js';

// retention
export { Retention, type Kept } from './retention/retention.service.js';

// contact facts
export { ContactFacts, type PlannedTrick, type ReachedTrick } from './contact-facts/contact-facts.service.js';
