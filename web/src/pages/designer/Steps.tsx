import { STEPS, type StepName } from './definition';
import { useTexts } from './texts';

interface Props {
  readonly current: StepName;
  /** Steps on which something is wrong or missing. */
  readonly wrong: ReadonlySet<StepName>;
  onGo(step: StepName): void;
}

/** The way from segment to submission; every step can be opened at any time. */
export function Steps({ current, wrong, onGo }: Props) {
  const t = useTexts();
  return (
    <nav aria-label={t('steps')}>
      <ol className="steps">
        {STEPS.map((step, at) => (
          <li key={step}>
            <button
              type="button"
              aria-current={step === current ? 'step' : undefined}
              className={wrong.has(step) ? 'wrong' : undefined}
              onClick={() => onGo(step)}
            >
              <span aria-hidden="true">{wrong.has(step) ? '!' : at + 1}</span> {t(`step.${step}`)}
              {wrong.has(step) ? <span className="hush"> {t('steps.wrong')}</span> : null}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
