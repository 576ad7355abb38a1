import type zh from './texts.zh';

const en: Record<keyof typeof zh, string> = {
  title: 'Bad numbers',
  hint: 'Numbers that failed for good several times and are not used any more. Correct one, and it is used again; or say why it is right after all.',
  list: 'Numbers not used',
  none: 'No number is out of use.',
  who: 'Who',
  failures: 'Failures',
  code: 'The gateway’s last word',
  since: 'Since',
  correct: 'Correct',
  correctTitle: 'The number of {{id}}',
  phone: 'New number',
  corrected: 'Corrected: the new number is used from now on.',
  reinstate: 'Use again',
  reinstateTitle: 'Use the number of {{id}} again',
  reinstateText: 'It is right after all. Its failures are counted anew.',
  reason: 'Reason',
  reasonHint: 'Such as: they called, the number works. No numbers, no names.',
  reinstated: 'It is used again.',
};
export default en;
