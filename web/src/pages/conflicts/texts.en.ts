import type zh from './texts.zh';

const en: Record<keyof typeof zh, string> = {
  title: 'Shared numbers',
  hint: 'Two people with one number. Both are kept until you decide: a household, one person, or a number that moved. It cannot be taken back.',
  status: 'Show',
  open: 'To decide',
  decided: 'Decided',
  none: 'Nothing to decide.',
  noneDecided: 'Nothing was decided yet.',
  'kind.sharedPhone': 'Somebody new has somebody’s number',
  'kind.twoIds': 'The same name: perhaps one person under two ids',
  'kind.movedPhone': 'Somebody changed to a number that another has',
  came: 'Came with this number',
  has: 'Had it before',
  gone: 'No longer on the list.',
  decision: 'Your decision',
  keepBoth: 'A household: keep both',
  'samePerson.person': 'One person: keep {{id}}, join {{other}} to it',
  'moved.person': 'The number is {{id}}’s now: take it from {{other}}',
  missing: 'Choose one.',
  reason: 'Remark (optional)',
  decide: 'Decide',
  done: 'Decided.',
  'was.keepBoth': 'both kept',
  'was.samePerson': 'joined to one',
  'was.moved': 'the number is one’s',
};
export default en;
