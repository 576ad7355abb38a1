/** The campaigns room's front door: campaigns and their review, when they occur, the runs that come of it, the tide table. */
export { CampaignsModule } from './campaigns.module.js';
export { campaignsEntities } from './campaigns.entities.js';

// campaigns
export { Campaigns, type Preflight } from './campaigns.service.js';
export { Approvals } from './approvals.service.js';
export { Lifecycle } from './lifecycle.service.js';
export { campaignProblem } from './campaign.problems.js';
export type { CampaignStatus } from './campaign.js';
export type { Campaign } from './campaign.repository.js';
export type { CampaignView } from './campaign-view.service.js';
export { campaignSchema, type CampaignDefinition, type Channel } from './campaign.schemas.js';

// runs
export { Runs, type RunContext } from './runs.service.js';
export { RunControl } from './run-control.service.js';
export { type Run, type RunKind, type RunStatus } from './run.js';
export type { RunQuery } from './run.repository.js';

// time
export { Clockwork, type Tick } from './clockwork.service.js';
export { Tide, type Punctuality, type TideRow } from './tide.service.js';
export { TideWatch } from './watch.service.js';
export { Cadences } from './cadences.service.js';
export { Windows } from './windows.service.js';
export type { Opening } from './windows.js';
export { Calendar } from './calendar.js';
