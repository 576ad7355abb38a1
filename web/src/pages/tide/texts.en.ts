import type zh from './texts.zh';

const en: Record<keyof typeof zh, string> = {
  title: 'Tide table',
  hint: 'What was due, when, and what became of it: thirty days back and ahead.',
  punctuality: 'Punctuality',
  due: '{{due}} due, {{onTime}} on time',
  nothingDue: 'Nothing has been due yet.',
  tally: 'By state',
  none: 'Nothing is due in these days.',
  all: 'all',
  filter: 'State',
  today: 'Today',
  past: 'The past thirty days',
  ahead: 'The next thirty days',
  missed: 'Missed',
};
export default en;
