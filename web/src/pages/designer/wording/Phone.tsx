import { Select } from 'antd';
import { useState } from 'react';
import { query } from '../../../api/client';
import { useAppTexts } from '../../../app/i18n';
import { useSession } from '../../../app/session';
import { useLibraryName } from '../../../shared/names';
import { yuan } from '../../../shared/numbers';
import { Answer, Empty } from '../../../shared/states';
import { useWords } from '../../../shared/words';
import { useTexts } from '../texts';
import type { Channel, Step } from '../definition';
import { Spoken } from './Spoken';

interface Script {
  readonly id: string;
  readonly channel: Channel;
  readonly audience: string | null;
  readonly language: string;
  readonly variant: number;
  readonly title: string | null;
  readonly body: string;
}

/** What people will see and hear of a trick, on each channel of the campaign. */
export function Phone({ trick, steps }: { readonly trick: string; readonly steps: readonly Step[] }) {
  const t = useTexts();
  const scripts = query.useQuery('get', '/api/v1/library/scripts', {
    params: { query: { trick, status: 'approved', limit: 200 } },
  });
  return (
    <Answer of={scripts}>
      {({ items }) => (
        <>
          {steps.map((step) => {
            const own = items.filter(({ channel }) => channel === step.channel);
            // A visit without a wording of its own is talked through by the group post.
            const fitting =
              own.length > 0 || step.channel !== 'visit' ? own : items.filter((s) => s.channel === 'chat');
            return fitting.length > 0 ? (
              <OnChannel key={step.channel} step={step} scripts={fitting} />
            ) : (
              <Empty key={step.channel} text={t('phone.none')} />
            );
          })}
        </>
      )}
    </Answer>
  );
}

function OnChannel({ step, scripts }: { readonly step: Step; readonly scripts: readonly Script[] }) {
  const t = useTexts();
  const word = useWords();
  const named = useLibraryName();
  const tricks = query.useQuery('get', '/api/v1/library/tricks', {}, { staleTime: Infinity });
  const groups = new Map(
    (tricks.data?.items ?? []).flatMap(({ groupsAtRisk }) =>
      groupsAtRisk.map((group) => [group.code, named(group)] as const),
    ),
  );
  // What everybody gets first.
  const ordered = [...scripts].sort(
    (a, b) =>
      Number(a.audience !== null) - Number(b.audience !== null) ||
      Number(a.language !== 'zh') - Number(b.language !== 'zh') ||
      a.variant - b.variant,
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const script = ordered.find(({ id }) => id === chosen) ?? ordered[0]!;
  const name = (one: Script, at: number) =>
    [
      t('phone.variant', { n: at + 1 }),
      one.audience === null ? t('phone.everybody') : (groups.get(one.audience) ?? one.audience),
      one.language === 'zh' ? '' : one.language,
    ]
      .filter(Boolean)
      .join(' · ');
  return (
    <article className="message phone">
      <div className="message-head">
        <strong>{word('channel', step.channel)}</strong>
        {ordered.length > 1 ? (
          <Select
            size="small"
            aria-label={t('phone.which', { channel: word('channel', step.channel) })}
            value={script.id}
            onChange={setChosen}
            popupMatchSelectWidth={false}
            options={ordered.map((one, at) => ({ value: one.id, label: name(one, at) }))}
          />
        ) : null}
      </div>
      <Shown script={script} step={step} />
    </article>
  );
}

function Shown({ script, step }: { readonly script: Script; readonly step: Step }) {
  const t = useTexts();
  const app = useAppTexts();
  const { me } = useSession();
  const { channel, body, title, language } = script;
  const checked = query.useQuery(
    'post',
    '/api/v1/library/scripts/check',
    { body: { channel, body, title, language } },
    { staleTime: Infinity },
  );
  const cost = useCost(step);
  if (!checked.data) return <p className="quiet">{checked.error ? app('failed') : app('loading')}</p>;
  const { rendered, renderedTitle, asSent, smsParts, characters } = checked.data;
  const text = asSent ?? rendered ?? body;
  if (step.channel === 'voice') {
    return (
      <>
        <Spoken key={text} text={text} />
        {cost === null ? null : <p className="quiet">{t('phone.callCost', { cost: yuan(cost) })}</p>}
      </>
    );
  }
  return (
    <>
      {step.channel === 'chat' ? <p className="quiet">{t('phone.postedBy', { office: me.county.office })}</p> : null}
      {renderedTitle ? <strong lang={language}>{renderedTitle}</strong> : null}
      <div className={`bubble ${step.channel}`} lang={language === 'zh' ? 'zh-CN' : language}>
        {text}
      </div>
      {step.channel === 'sms' && smsParts !== null ? (
        <p className="quiet number" data-testid="sms-parts">
          {t('phone.sms', { characters: characters ?? 0, parts: smsParts })}
          {cost === null ? '' : ` · ${t('phone.smsCost', { cost: (smsParts * cost).toFixed(3) })}`}
        </p>
      ) : null}
    </>
  );
}

/** What a part, or a call, costs at the gateway that the step would use first; null where none serves it. */
function useCost({ channel, gateways }: Step): number | null {
  const all = query.useQuery('get', '/api/v1/gateways', {}, { staleTime: 60_000 });
  const used = all.data?.items.find((one) => one.channels.includes(channel) && (gateways?.includes(one.key) ?? true));
  return used?.costPerPart ?? null;
}
