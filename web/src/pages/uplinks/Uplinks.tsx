import { Segmented } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import { Block, PageHead } from '../../shared/Page';
import { More, usePages } from '../../shared/pages';
import { Answer, Empty } from '../../shared/states';
import { Reply } from './Reply';
import { useTexts } from './texts';

type Status = 'open' | 'handled';
const LOOK_AGAIN_MS = 15_000;

/** The inbox of replies: cries for help first. */
export default function Uplinks() {
  const t = useTexts();
  const [status, setStatus] = useState<Status>('open');
  return (
    <>
      <PageHead title={t('title')} hint={t('hint')}>
        <Segmented<Status>
          aria-label={t('status')}
          value={status}
          onChange={setStatus}
          options={[
            { value: 'open', label: t('open') },
            { value: 'handled', label: t('handled') },
          ]}
        />
      </PageHead>
      <Replies status={status} isAlarm />
      <Replies status={status} isAlarm={false} />
    </>
  );
}

function Replies({ status, isAlarm }: { readonly status: Status; readonly isAlarm: boolean }) {
  const t = useTexts();
  const pages = usePages(
    ['uplinks', status, isAlarm],
    async (cursor) => {
      const asked = { status, alarm: isAlarm ? ('true' as const) : ('false' as const), limit: 50 };
      const { data } = await api.GET('/api/v1/uplinks', {
        params: { query: { ...asked, ...(cursor ? { cursor } : {}) } },
      });
      return data!;
    },
    { everyMs: LOOK_AGAIN_MS },
  );
  return (
    <Block title={t(isAlarm ? 'alarms' : 'others')}>
      <Answer
        of={pages.asked}
        isEmpty={(items) => items.length === 0}
        empty={<Empty text={t(isAlarm ? 'noAlarms' : 'noOthers')} />}
      >
        {(items) => (
          <ul className="plain-list replies">
            {items.map((reply) => (
              <Reply key={reply.id} reply={reply} />
            ))}
          </ul>
        )}
      </Answer>
      <More of={pages} />
    </Block>
  );
}
