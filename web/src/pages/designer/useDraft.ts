import { useQueryClient } from '@tanstack/react-query';
import type { FormInstance } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../../api/client';
import type { CampaignView } from '../../api/types';
import { useSession } from '../../app/session';
import { definitionOf, patchOf, type Values } from './definition';
import { forget, keep, type Place, type SegmentDrafts } from './kept';

const PAUSE_MS = 1_500;

export type SaveState = 'none' | 'kept' | 'saving' | 'saved' | 'failed';

interface Opened {
  readonly id: string | null;
  readonly place: Place;
  readonly base: string | null;
}

interface Use {
  readonly form: FormInstance<Values>;
  readonly opened: Opened;
  /** A draft that lay in this tab: it has to be saved anew. */
  readonly isRestored: boolean;
  readonly segments: SegmentDrafts;
  onMade(id: string): void;
  /** What the server refused while it was saved in the background. */
  onRefused(error: unknown): void;
}

const digestOf = (campaign: CampaignView): string => (campaign.draft ?? campaign.review).digest;

/**
 * Loses no work: every change is kept in this tab at once, and on the server as a draft as soon as the form has what it must
 * have. One save runs at a time.
 */
export function useDraft({ form, opened, isRestored, segments, onMade, onRefused }: Use) {
  const client = useQueryClient();
  const { me } = useSession();
  const user = me.user.id;
  const at = useRef<Opened>(opened);
  const saved = useRef<string | null>(null);
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(segments);
  const [state, setState] = useState<SaveState>(isRestored ? 'kept' : 'none');
  const [id, setId] = useState(opened.id);

  const values = useCallback(() => form.getFieldsValue(true) as Values, [form]);

  const write = useCallback(async (): Promise<string | null> => {
    const definition = definitionOf(values());
    const text = JSON.stringify(definition);
    if (at.current.id !== null && saved.current === text) return at.current.id;
    setState('saving');
    const { id: before, place } = at.current;
    const { data } =
      before === null
        ? await api.POST('/api/v1/campaigns', { body: definition })
        : await api.PUT('/api/v1/campaigns/{id}', {
            params: { path: { id: before } },
            body: patchOf(definition) as never,
          });
    const campaign = data as CampaignView;
    saved.current = text;
    at.current = { id: campaign.id, place: campaign.id, base: digestOf(campaign) };
    const isAllThere = JSON.stringify(definitionOf(values())) === text && !Object.values(latest.current).some(Boolean);
    if (before === null) forget(user, place);
    if (isAllThere) forget(user, campaign.id);
    else keep(user, campaign.id, { values: values(), segments: latest.current, base: at.current.base });
    setId(campaign.id);
    setState('saved');
    if (before === null) onMade(campaign.id);
    void client.invalidateQueries({ queryKey: ['campaigns'] });
    void client.invalidateQueries({ queryKey: ['get', '/api/v1/campaigns/{id}'] });
    return campaign.id;
  }, [client, onMade, user, values]);

  /** Saves what the form says; null where it lacks something. Throws what the server refuses. */
  const save = useCallback((): Promise<string | null> => {
    clearTimeout(timer.current);
    const turn = queue.current.then(async () => {
      try {
        await form.validateFields({ validateOnly: true });
      } catch {
        return null;
      }
      try {
        return await write();
      } catch (refusal) {
        setState('failed');
        throw refusal;
      }
    });
    queue.current = turn.catch(() => undefined);
    return turn;
  }, [form, write]);

  const keepHere = useCallback(() => {
    keep(user, at.current.place, { values: values(), segments: latest.current, base: at.current.base });
  }, [user, values]);

  /** To be called after every change of the form. */
  const changed = useCallback(() => {
    keepHere();
    setState((known) => (known === 'saving' ? known : 'kept'));
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void save().catch(onRefused), PAUSE_MS);
  }, [keepHere, onRefused, save]);

  const isFirst = useRef(true);
  useEffect(() => {
    latest.current = segments;
    if (isFirst.current) isFirst.current = false;
    else keepHere();
  }, [segments, keepHere]);
  useEffect(() => () => clearTimeout(timer.current), []);

  return { id, state, changed, save };
}
