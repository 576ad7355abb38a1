import type { components, paths } from './schema';

export type { paths };

type Schemas = components['schemas'];
type Answer<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { 'application/json': infer B } } } };
}
  ? B
  : never;
type Item<P extends keyof paths> = Answer<P> extends { items: (infer I)[] } ? I : never;

export type Me = Answer<'/api/v1/auth/me'>;
export type Right = Me['rights'][number];
export type CampaignView = Schemas['CampaignView'];
export type VersionView = Schemas['VersionView'];
export type VersionInFull = Schemas['VersionInFull'];
export type CampaignInFull = Schemas['CampaignInFull'];
export type Counts = Schemas['Counts'];
export type RunView = Schemas['RunView'];
export type DeliveryView = Schemas['DeliveryView'];
export type TideRow = Schemas['TideRowView'];
export type TaskView = Schemas['TaskView'];
export type UplinkView = Schemas['UplinkView'];
export type ImportView = Schemas['ImportView'];
export type PersonCard = Schemas['PersonCard'];
export type WhyCampaign = Schemas['WhyCampaign'];
export type MaskedPerson = Schemas['MaskedPerson'];
export type BadNumber = Item<'/api/v1/bad-numbers'>;
export type ConflictView = Schemas['ConflictView'];
export type GroupChat = Item<'/api/v1/group-chats'>;
export type Alarm = Item<'/api/v1/alarms'>;
export type Gateway = Item<'/api/v1/gateways'>;
export type SegmentView = Schemas['SegmentView'];
export type SegmentPreview = Schemas['Preview'];
/** What is kept with a submission beside the pre-flight itself. */
export type KeptPreflight = Schemas['Preflight'] & { readonly at?: string };
/** What somebody designs: a campaign without what became of it. */
export type Definition = NonNullable<CampaignView['draft']>['definition'];
