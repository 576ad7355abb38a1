import { Button, Form, Select } from 'antd';
import { query } from '../../../api/client';
import { useAppTexts } from '../../../app/i18n';
import { useWords } from '../../../shared/words';
import type { Channel, Step } from '../definition';
import { Duration } from '../Duration';
import { useTexts } from '../texts';

const AT_ONCE = 'atOnce';
/** A group post tells nothing of one person, and is no answer to not having been reached. */
const canFollow = (channel: Channel): boolean => channel !== 'chat';

/** The channels in their order: each at once, or for those whom an earlier one did not reach; and by which gateways. */
export function Ladder({ onChanged }: { onChanged(): void }) {
  const t = useTexts();
  const app = useAppTexts();
  const word = useWords();
  const form = Form.useFormInstance();
  // As it is kept: the fields of a channel that was taken out would otherwise bring back half of it.
  const steps = Form.useWatch<Step[] | undefined>('channels', { form, preserve: true }) ?? [];
  const gateways = query.useQuery('get', '/api/v1/gateways', {}, { staleTime: 60_000 });
  const set = (next: readonly Step[]) => {
    form.setFieldValue('channels', next);
    onChanged();
  };
  const up = (at: number) => {
    const next = [...steps];
    [next[at - 1], next[at]] = [next[at]!, next[at - 1]!];
    // Whoever now stands before the channel that it waited for goes at once.
    const earlier = new Set<Channel>();
    set(
      next.map((step) => {
        const { after, ...atOnce } = step;
        const stays = !after || earlier.has(after.unreachedBy);
        earlier.add(step.channel);
        return stays ? step : atOnce;
      }),
    );
  };
  const follow = (at: number, by: string) =>
    set(
      steps.map((step, i) => {
        if (i !== at) return step;
        const { after, ...atOnce } = step;
        return by === AT_ONCE
          ? atOnce
          : { ...atOnce, after: { unreachedBy: by as Channel, for: after?.for ?? 'PT4H' } };
      }),
    );
  return (
    <ol className="ladder" aria-label={t('ladder')}>
      {steps.map((step, at) => {
        const name = word('channel', step.channel);
        const earlier = steps.slice(0, at).filter(({ channel }) => canFollow(channel));
        return (
          <li key={step.channel}>
            <strong>{name}</strong>
            {canFollow(step.channel) && earlier.length > 0 ? (
              <Form.Item label={t('ladder.when')} htmlFor={`ladder-${step.channel}`}>
                <Select
                  id={`ladder-${step.channel}`}
                  value={step.after?.unreachedBy ?? AT_ONCE}
                  onChange={(by) => follow(at, by)}
                  style={{ minWidth: 190 }}
                  options={[
                    { value: AT_ONCE, label: t('ladder.atOnce') },
                    ...earlier.map(({ channel }) => ({
                      value: channel as string,
                      label: t('ladder.after', { channel: word('channel', channel) }),
                    })),
                  ]}
                />
              </Form.Item>
            ) : (
              <span className="quiet">{t('ladder.atOnce')}</span>
            )}
            {step.after ? (
              <Form.Item
                name={['channels', at, 'after', 'for']}
                label={t('ladder.wait')}
                rules={[{ required: true, message: app('field.required') }]}
              >
                <Duration label={t('ladder.waitOf', { channel: name })} usual="H" />
              </Form.Item>
            ) : null}
            <Form.Item name={['channels', at, 'gateways']} label={t('ladder.gateways')} normalize={noneIsAny}>
              <Select
                mode="multiple"
                placeholder={t('ladder.anyGateway')}
                style={{ minWidth: 180 }}
                options={(gateways.data?.items ?? [])
                  .filter(({ channels }) => channels.includes(step.channel))
                  .map(({ key }) => ({ value: key, label: key }))}
              />
            </Form.Item>
            {at > 0 ? (
              <Button size="small" aria-label={t('ladder.up', { channel: name })} onClick={() => up(at)}>
                ↑
              </Button>
            ) : null}
          </li>
        );
      })}
    </ol>
  );
}

const noneIsAny = (keys: string[] | undefined) => (keys?.length ? keys : undefined);
