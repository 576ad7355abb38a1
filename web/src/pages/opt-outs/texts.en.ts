import type zh from './texts.zh';

const en: Record<keyof typeof zh, string> = {
  title: 'Opt-outs',
  hint: 'Who refuses gets no more publicity; what is planned already is dropped. Replies such as T are entered by themselves. No number is kept, only a mark that tells two apart.',
  enter: 'Enter one',
  who: 'Number or external id',
  'who.phones': 'Number',
  'who.externalIds': 'External id',
  channel: 'Channel',
  all: 'All channels',
  add: 'Enter opt-out',
  remove: 'Wants it again',
  added: 'Entered.',
  known: 'It was entered before.',
  removed: 'They get publicity again.',
  notThere: 'There is no such entry, or not of your township.',
  list: 'Entered',
  none: 'Nobody has refused yet.',
  at: 'When',
  source: 'How',
  mark: 'Mark',
  'source.api': 'by an officer',
  'source.import': 'by a list',
  'source.uplink': 'by a reply',
  'source.key': 'by a key in a call',
  'source.gateway': 'told by a gateway',
};
export default en;
