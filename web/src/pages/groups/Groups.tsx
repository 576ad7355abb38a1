import { Button } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { GroupChat } from '../../api/types';
import { useSession } from '../../app/session';
import { dayOf } from '../../shared/county-time';
import { DataTable } from '../../shared/DataTable';
import { useTownshipNames } from '../../shared/names';
import { grouped } from '../../shared/numbers';
import { Block, PageHead } from '../../shared/Page';
import { More, usePages } from '../../shared/pages';
import { Answer, Empty } from '../../shared/states';
import { useWords } from '../../shared/words';
import { GroupForm } from './GroupForm';
import { TestPost } from './TestPost';
import { useTexts } from './texts';

type Open =
  { readonly is: 'form'; readonly chat: GroupChat | null } | { readonly is: 'test'; readonly chat: GroupChat };

/** The group chats, who brings a post into each, and how many people are in it. */
export default function Groups() {
  const t = useTexts();
  const word = useWords();
  const { may } = useSession();
  const townshipName = useTownshipNames();
  const [open, setOpen] = useState<Open | null>(null);
  const pages = usePages(['group-chats'], async (cursor) => {
    const { data } = await api.GET('/api/v1/group-chats', { params: { query: cursor ? { cursor } : {} } });
    return data!;
  });
  const close = () => setOpen(null);
  const deeds = {
    title: t('actions'),
    show: (chat: GroupChat) => (
      <span className="page-actions">
        {may('groupChats.write') ? (
          <Button size="small" onClick={() => setOpen({ is: 'form', chat })}>
            {t('edit')}
          </Button>
        ) : null}
        {may('campaigns.run') && chat.hasRobot ? (
          <Button size="small" onClick={() => setOpen({ is: 'test', chat })}>
            {t('test')}
          </Button>
        ) : null}
      </span>
    ),
  };
  return (
    <>
      <PageHead title={t('title')} hint={t('hint')}>
        {may('groupChats.write') ? (
          <Button type="primary" onClick={() => setOpen({ is: 'form', chat: null })}>
            {t('new')}
          </Button>
        ) : null}
      </PageHead>
      <Block title={t('list')} className="untitled">
        <Answer of={pages.asked} isEmpty={(items) => items.length === 0} empty={<Empty text={t('none')} />}>
          {(items) => (
            <DataTable
              label={t('list')}
              rows={items}
              keyOf={(chat) => chat.id}
              columns={[
                { title: t('name'), kind: 'wide', show: (chat) => chat.name },
                { title: t('platform'), show: (chat) => word('platform', chat.platform) },
                { title: t('township'), show: (chat) => townshipName(chat.township) },
                { title: t('population'), show: (chat) => word('population', chat.population) },
                {
                  title: t('headCount'),
                  kind: 'number',
                  show: (chat) => t('headCountAt', { n: grouped(chat.headCount), at: dayOf(chat.headCountAt) }),
                },
                { title: t('by'), show: (chat) => chat.owner ?? t(chat.hasRobot ? 'robot' : 'noRobot') },
                ...(may('groupChats.write') || may('campaigns.run') ? [deeds] : []),
              ]}
            />
          )}
        </Answer>
        <More of={pages} />
      </Block>
      {open?.is === 'form' ? <GroupForm chat={open.chat} close={close} /> : null}
      {open?.is === 'test' ? <TestPost chat={open.chat} close={close} /> : null}
    </>
  );
}
