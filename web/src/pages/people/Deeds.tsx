import { App, Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../api/client';
import type { PersonCard } from '../../api/types';
import { useSession } from '../../app/session';
import { FormDialog } from '../../shared/FormDialog';
import { ReasonField } from '../../shared/ReasonField';
import { useWords } from '../../shared/words';
import { useTexts } from './texts';

type Deed = 'reveal' | 'optOut' | 'erase';
const CHANNELS = ['sms', 'voice', 'email', 'visit'] as const;
type Channel = (typeof CHANNELS)[number];

/** What can be done about one person, for who may. */
export function Deeds({ person }: { readonly person: PersonCard }) {
  const t = useTexts();
  const { may } = useSession();
  const [deed, setDeed] = useState<Deed | null>(null);
  const [phone, setPhone] = useState<string | null | undefined>(undefined);
  const close = () => setDeed(null);
  return (
    <>
      {phone === undefined ? null : (
        <strong className="number" role="status" data-testid="revealed">
          {phone === null ? t('revealedNone') : t('revealed', { phone })}
        </strong>
      )}
      {may('people.reveal') && person.phone !== null ? (
        <Button onClick={() => setDeed('reveal')}>{t('reveal')}</Button>
      ) : null}
      {may('optOuts') && person.phone !== null ? (
        <Button onClick={() => setDeed('optOut')}>{t('optOut')}</Button>
      ) : null}
      {may('people.erase') ? (
        <Button danger onClick={() => setDeed('erase')}>
          {t('erase')}
        </Button>
      ) : null}
      {deed === 'reveal' ? (
        <Reveal
          person={person}
          close={close}
          shown={(number) => {
            setPhone(number);
            close();
          }}
        />
      ) : null}
      {deed === 'optOut' ? <OptOut person={person} close={close} /> : null}
      {deed === 'erase' ? <Erase person={person} close={close} /> : null}
    </>
  );
}

interface DeedProps {
  readonly person: PersonCard;
  close(): void;
}

function Reveal({ person, close, shown }: DeedProps & { shown(phone: string | null): void }) {
  const t = useTexts();
  return (
    <FormDialog<{ reason: string }>
      title={t('revealTitle')}
      text={t('revealText')}
      ok={t('reveal')}
      close={close}
      act={async ({ reason }) => {
        const { data } = await api.POST('/api/v1/people/{id}/reveal', {
          params: { path: { id: person.id } },
          body: { reason: reason.trim() },
        });
        shown(data!.phone);
      }}
    >
      <ReasonField label={t('reason')} hint={t('reasonHint')} />
    </FormDialog>
  );
}

function OptOut({ person, close }: DeedProps) {
  const t = useTexts();
  const word = useWords();
  const { message } = App.useApp();
  return (
    <FormDialog<{ channel: Channel | null }>
      title={t('optOutTitle')}
      text={t('optOutText')}
      ok={t('optOut')}
      initial={{ channel: null }}
      close={close}
      act={async ({ channel }) => {
        await api.PUT('/api/v1/opt-outs', { body: { externalIds: [person.externalId], channel } });
        void message.success(t('optedOut'));
        close();
      }}
    >
      <Form.Item name="channel" label={t('channel')}>
        <Select
          options={[
            { value: null, label: t('allChannels') },
            ...CHANNELS.map((value) => ({ value, label: word('channel', value) })),
          ]}
        />
      </Form.Item>
    </FormDialog>
  );
}

function Erase({ person, close }: DeedProps) {
  const t = useTexts();
  const go = useNavigate();
  const { message } = App.useApp();
  return (
    <FormDialog<{ typed: string }>
      title={t('eraseTitle')}
      text={t('eraseText')}
      ok={t('erase')}
      isDanger
      close={close}
      act={async () => {
        await api.DELETE('/api/v1/people/{id}', { params: { path: { id: person.id } } });
        void message.success(t('erased'));
        await go('/people');
      }}
    >
      <Form.Item
        name="typed"
        label={t('eraseType', { id: person.externalId })}
        rules={[
          {
            validator: (_, typed: string | undefined) =>
              typed?.trim() === person.externalId ? Promise.resolve() : Promise.reject(new Error(t('eraseWrong'))),
          },
        ]}
      >
        <Input autoComplete="off" spellCheck={false} />
      </Form.Item>
    </FormDialog>
  );
}
