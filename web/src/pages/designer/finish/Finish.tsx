import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form } from 'antd';
import { useNavigate } from 'react-router';
import { api } from '../../../api/client';
import { useSession } from '../../../app/session';
import { useCampaignWords } from '../../../shared/campaign-words';
import { useTrickNames, useTypeNames } from '../../../shared/names';
import { definitionOf, type Values } from '../definition';
import { useTexts } from '../texts';
import { TestSend } from './TestSend';

interface Props {
  save(): Promise<string | null>;
  onRefused(error: unknown): void;
}

/** The last look, a test to one's own phone, and the submission. */
export function Finish({ save, onRefused }: Props) {
  const t = useTexts();
  const words = useCampaignWords();
  const trickName = useTrickNames();
  const typeName = useTypeNames();
  const { message } = App.useApp();
  const { may } = useSession();
  const navigate = useNavigate();
  const client = useQueryClient();
  const form = Form.useFormInstance<Values>();
  const values = Form.useWatch((all) => all as Values, { form, preserve: true }) as Values | undefined;
  const submit = useMutation({
    mutationFn: async () => {
      const id = await save();
      if (id === null) return null;
      await api.POST('/api/v1/campaigns/{id}/submit', { params: { path: { id } }, body: {} });
      return id;
    },
    onSuccess: async (id) => {
      if (id === null) return;
      void message.success(t('submitted'));
      await navigate(`/campaigns/${id}`);
      await client.invalidateQueries();
    },
    onError: onRefused,
  });
  if (!values?.cadence) return null;
  const definition = definitionOf(values);
  return (
    <>
      <dl className="pairs gap-below">
        <dt>{t('name')}</dt>
        <dd>{definition.name ?? '–'}</dd>
        <dt>{t('channels')}</dt>
        <dd>{definition.channels ? words.channels(definition) : '–'}</dd>
        <dt>{words.field('assignment')}</dt>
        <dd>
          {words.value('assignment', {
            ...definition.assignment,
            types: definition.assignment.types?.map(typeName),
            tricks: definition.assignment.tricks?.map(trickName),
          })}
        </dd>
        <dt>{t('cadence')}</dt>
        <dd>{words.cadence(definition)}</dd>
      </dl>
      {may('campaigns.run') ? (
        <>
          <h3>{t('test')}</h3>
          <TestSend steps={definition.channels ?? []} tricks={definition.assignment.tricks ?? []} save={save} />
        </>
      ) : null}
      <h3>{t('submit.title')}</h3>
      <p className="quiet">{t('submit.hint')}</p>
      <Button type="primary" size="large" onClick={() => submit.mutate()} loading={submit.isPending}>
        {t('submit')}
      </Button>
    </>
  );
}
