import type zh from './texts.zh';

const en: Record<keyof typeof zh, string> = {
  title: 'Replies',
  hint: 'What people answered. Opt-outs are entered by themselves and are not here. Those of a transfer or a fraud stand first: call at once.',
  status: 'Show',
  open: 'Open',
  handled: 'Handled',
  alarms: 'Cries for help',
  others: 'Other replies',
  noAlarms: 'Nobody cries for help.',
  noOthers: 'No other reply.',
  answered: 'The fixed answer (call 110 if you have paid) went out at {{at}}; that does not handle it',
  notAnswered: 'No fixed answer: this number had today’s already, or no gateway serves it',
  toCall: 'There is a task to call back',
  answers: 'Answers this message',
  noMessage: 'It is not known which message it answers.',
  gone: 'The message that it answers is no longer there.',
  person: 'See the person',
  handle: 'Handle',
  note: 'What was done (optional)',
  noteHint: 'Such as: told by telephone, nothing was paid. No names, no numbers.',
  sure: 'It is handled',
  back: 'Back',
  done: 'Handled.',
  handledAt: 'handled {{at}}',
};
export default en;
