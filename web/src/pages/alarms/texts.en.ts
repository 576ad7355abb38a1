import type zh from './texts.zh';

const en: Record<keyof typeof zh, string> = {
  title: 'Alarms',
  hint: 'What somebody has to look at. Each ends by itself when its cause has gone.',
  open: 'Open',
  none: 'No alarm is open.',
  raised: 'First',
  kind: 'What',
  text: 'Details',
  times: 'Times',
  last: 'Last',
};
export default en;
