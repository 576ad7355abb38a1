import { Checkbox } from 'antd';
import { CHANNELS } from '../../../shared/codes';
import { useWords } from '../../../shared/words';
import { useTexts } from '../texts';
import type { Channel, Step } from '../definition';

interface Props {
  readonly id?: string;
  readonly value?: readonly Step[];
  onChange?(value: Step[]): void;
}

/** By which channels it goes; what comes after what stands with the ladder. */
export function ChannelChoice({ id, value = [], onChange }: Props) {
  const t = useTexts();
  const word = useWords();
  const change = (chosen: readonly Channel[]) => {
    const stays = value.filter(({ channel }) => chosen.includes(channel));
    const added = CHANNELS.filter(
      (channel) => chosen.includes(channel) && !stays.some((step) => step.channel === channel),
    );
    onChange?.(
      [...stays, ...added.map((channel): Step => ({ channel }))].map((step) => {
        const { after, ...atOnce } = step;
        return after && !chosen.includes(after.unreachedBy) ? atOnce : step;
      }),
    );
  };
  return (
    <div id={id} tabIndex={-1} role="group" aria-label={t('channels')}>
      <Checkbox.Group
        value={value.map(({ channel }) => channel)}
        onChange={(chosen) => change(chosen as Channel[])}
        options={CHANNELS.map((channel) => ({ value: channel, label: word('channel', channel) }))}
      />
    </div>
  );
}
