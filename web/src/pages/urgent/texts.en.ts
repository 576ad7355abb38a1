import type zh from './texts.zh';

const en: Record<keyof typeof zh, string> = {
  title: 'New scam this morning',
  hint: 'Choose the trick or write a warning, choose townships, submit: one approval puts wording and campaign in force, and it goes out at once.',
  trick: 'Trick',
  channel: 'Channel',
  townships: 'Townships',
  townshipsHint: 'None chosen: all of them.',
  body: 'Warning',
  bodyHint: 'Left empty, the approved wordings of the library go out. Warn only; no names, no phone numbers.',
  reason: 'Reason',
  reasonHint: 'Kept in the ledger and shown to the approver.',
  required: 'Required.',
  submit: 'Submit for approval',
  made: 'Submitted, waiting for approval. It goes out as soon as it is approved.',
  targeted: 'Targeted',
  planned: 'Would be sent',
  cost: 'Cost (yuan)',
  parts: 'SMS parts',
  finishes: 'Ends',
  never: 'never, under these windows and limits',
  text: 'What people get',
  see: 'See what the approver sees',
  again: 'Another one',
};
export default en;
