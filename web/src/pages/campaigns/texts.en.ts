import type zh from './texts.zh';

const en: Record<keyof typeof zh, string> = {
  title: 'Campaigns',
  hint: 'Segment, wording, channels and cadence together: approved once, on time for years.',
  none: 'No campaign yet.',
  noneOfStatus: 'No campaign is in this state.',
  name: 'Name',
  status: 'State',
  cadence: 'Cadence',
  channels: 'Channels',
  next: 'Next',
  all: 'all states',
  draftWaiting: 'a new version is in review',
  draft: 'a new version is being edited',
  definition: 'What it does',
  segment: 'Segment',
  review: 'Review',
  approvedAt: 'Approved',
  submittedAt: 'Submitted',
  remark: 'Remark',
  pausedReason: 'Why it is paused',
  ahead: 'The next five',
  past: 'The past thirty days',
  occurrencesNone: 'None.',
  approve: 'approve it',
};
export default en;
