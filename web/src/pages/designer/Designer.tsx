import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { api } from '../../api/client';
import type { CampaignInFull } from '../../api/types';
import { useSession } from '../../app/session';
import { mayDesign } from '../../shared/review';
import { Answer, Empty } from '../../shared/states';
import { copyOf, NEW, valuesOf, type Values } from './definition';
import { Design } from './Design';
import { forget, kept, placeOf } from './kept';
import { useTexts } from './texts';

/** Designs a new campaign, a copy of an old one (`?copy=`), or the draft of one (`?campaign=`). */
export default function Designer() {
  const [search] = useSearchParams();
  // A new campaign gets its id while it is designed: what was opened stays.
  const [opened] = useState(() => ({ campaign: search.get('campaign'), copy: search.get('copy') }));
  const id = opened.campaign ?? opened.copy;
  const found = useQuery({
    queryKey: ['designer', id],
    enabled: id !== null,
    // Never what was read some time ago: somebody may have saved since.
    gcTime: 0,
    staleTime: Infinity,
    queryFn: async () => (await api.GET('/api/v1/campaigns/{id}', { params: { path: { id: id! } } })).data!,
  });
  if (id === null) return <Opened campaign={null} isCopy={false} />;
  return <Answer of={found}>{(campaign) => <Opened campaign={campaign} isCopy={opened.copy !== null} />}</Answer>;
}

function Opened({ campaign, isCopy }: { readonly campaign: CampaignInFull | null; readonly isCopy: boolean }) {
  const t = useTexts();
  const { me } = useSession();
  const [start, setStart] = useState(() => {
    const id = campaign === null || isCopy ? null : campaign.id;
    const base = id === null ? null : (campaign!.draft ?? campaign!.review).digest;
    const definition = campaign && (campaign.draft?.definition ?? campaign);
    const server: Values =
      definition === null
        ? NEW
        : isCopy
          ? copyOf(definition, t('copyName', { name: definition.name }))
          : valuesOf(definition);
    const place = placeOf(id, campaign && isCopy ? campaign.id : null);
    return { id, place, base, server, own: kept(me.user.id, place) };
  });
  if (campaign !== null && !isCopy && !mayDesign(campaign)) return <Empty text={t('notNow')} />;
  const remark = campaign && !isCopy ? (campaign.draft ?? campaign.review).remark : null;
  return (
    <Design
      key={start.own === null ? 'server' : 'own'}
      start={start}
      remark={remark}
      isInForce={campaign !== null && !isCopy && campaign.approvedVersion !== null}
      onDiscard={() => {
        forget(me.user.id, start.place);
        setStart({ ...start, own: null });
      }}
    />
  );
}
