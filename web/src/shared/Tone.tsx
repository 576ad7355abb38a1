import { useWords } from './words';

type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'plain';
/** A sign beside the word, so that a state is told without its colour. */
const SIGNS: Readonly<Record<Tone, string>> = { good: '●', warn: '▲', bad: '✕', busy: '◐', plain: '○' };
const TONES: Readonly<Record<string, Tone>> = {
  delivered: 'good',
  done: 'good',
  settled: 'good',
  active: 'good',
  approved: 'good',
  running: 'busy',
  sending: 'busy',
  planning: 'busy',
  inReview: 'busy',
  awaiting: 'busy',
  paused: 'warn',
  caughtUp: 'warn',
  uncertain: 'warn',
  undelivered: 'warn',
  missed: 'bad',
  failed: 'bad',
};

/** A state of a campaign, a run, an occurrence or a delivery: a sign, a word, a colour. */
export function State({
  of,
  is,
}: {
  readonly of: 'campaign' | 'run' | 'tide' | 'delivery' | 'import';
  readonly is: string;
}) {
  const word = useWords();
  const tone = TONES[is] ?? 'plain';
  return (
    <span className={`tone ${tone}`}>
      <span aria-hidden="true">{SIGNS[tone]}</span> {word(of, is)}
    </span>
  );
}
