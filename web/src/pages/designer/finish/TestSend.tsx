import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { api, query } from '../../../api/client';
import { Problem } from '../../../api/problem';
import { useAppTexts } from '../../../app/i18n';
import { problemWords } from '../../../app/problem-words';
import { useSession } from '../../../app/session';
import { useMistakeWords } from '../../../shared/field-errors';
import { useKeyUntilAnswered } from '../../../shared/key';
import { useTrickNames } from '../../../shared/names';
import { useWords } from '../../../shared/words';
import type { Channel, Step } from '../definition';
import { useTexts } from '../texts';

/** By these a test can go (`dispatch/plan/test-sends.service.ts`). */
const TESTABLE: readonly Channel[] = ['sms', 'voice', 'chat'];

interface Props {
  readonly steps: readonly Step[];
  readonly tricks: readonly string[];
  save(): Promise<string | null>;
}

/** One message to the officer's own phone, or to a group with a robot. The number is kept nowhere. */
export function TestSend({ steps, tricks, save }: Props) {
  const t = useTexts();
  const app = useAppTexts();
  const word = useWords();
  const trickName = useTrickNames();
  const mistakeWords = useMistakeWords();
  const { me } = useSession();
  const channels = steps.map(({ channel }) => channel).filter((channel) => TESTABLE.includes(channel));
  const [chosen, setChannel] = useState<Channel | null>(null);
  const channel = chosen && channels.includes(chosen) ? chosen : (channels[0] ?? null);
  const [to, setTo] = useState('');
  const [trick, setTrick] = useState('');
  const [isAsked, setAsked] = useState(false);
  const chats = query.useQuery(
    'get',
    '/api/v1/group-chats',
    { params: { query: { limit: 100 } } },
    { enabled: channel === 'chat' },
  );
  const key = useKeyUntilAnswered();
  const send = useMutation({
    mutationFn: async () => {
      const id = await save();
      if (id === null) return false;
      await api.POST('/api/v1/campaigns/{id}/test-send', {
        params: { path: { id } },
        headers: { 'idempotency-key': key.current() },
        body: { to: to.trim(), channel: channel!, ...(trick ? { trick } : {}) },
      });
      return true;
    },
    onSettled: (_, error) => key.answered(error),
  });
  if (channel === null) return <p className="quiet">{t('test.none')}</p>;
  const mistakeOf = (path: string) =>
    send.error instanceof Problem ? send.error.errors.find((mistake) => mistake.path === path) : undefined;
  const ofTo = mistakeOf('/to');
  const toMistake = isAsked && !to.trim() ? app('field.required') : ofTo ? mistakeWords(ofTo) : null;
  const others = [mistakeOf('/channel'), mistakeOf('/trick')].flatMap((one) => (one ? [mistakeWords(one)] : []));
  const press = () => {
    setAsked(true);
    if (to.trim()) send.mutate();
  };
  return (
    <>
      <p className="quiet">
        {t('test.hint')} {me.user.phoneVerified ? t('test.mine', { phone: me.user.phone ?? '' }) : t('test.unverified')}
      </p>
      <div className="fields">
        <Form.Item label={t('test.channel')} htmlFor="test-channel">
          <Select
            id="test-channel"
            value={channel}
            onChange={(next) => {
              setChannel(next);
              setTo('');
              send.reset();
            }}
            style={{ minWidth: 110 }}
            options={channels.map((value) => ({ value, label: word('channel', value) }))}
          />
        </Form.Item>
        <Form.Item
          label={t(channel === 'chat' ? 'test.chat' : 'test.phone')}
          htmlFor="test-to"
          validateStatus={toMistake ? 'error' : ''}
          help={toMistake ? <span id="test-to-help">{toMistake}</span> : undefined}
        >
          {channel === 'chat' ? (
            <Select
              id="test-to"
              value={to || undefined}
              onChange={setTo}
              style={{ minWidth: 200 }}
              options={(chats.data?.items ?? [])
                .filter(({ hasRobot }) => hasRobot)
                .map(({ id, name }) => ({ value: id, label: name }))}
            />
          ) : (
            <Input
              id="test-to"
              type="tel"
              autoComplete="off"
              value={to}
              aria-invalid={toMistake !== null}
              aria-describedby={toMistake ? 'test-to-help' : undefined}
              onChange={(event) => {
                setTo(event.target.value);
                send.reset();
              }}
              onPressEnter={(event) => {
                event.preventDefault();
                press();
              }}
              style={{ width: 180 }}
            />
          )}
        </Form.Item>
        {tricks.length > 1 ? (
          <Form.Item label={t('test.trick')} htmlFor="test-trick">
            <Select
              id="test-trick"
              value={trick}
              onChange={setTrick}
              style={{ minWidth: 160 }}
              popupMatchSelectWidth={false}
              options={[
                { value: '', label: t('test.anyTrick') },
                ...tricks.map((value) => ({ value, label: trickName(value) })),
              ]}
            />
          </Form.Item>
        ) : null}
      </div>
      <Button onClick={press} loading={send.isPending}>
        {t('test.send')}
      </Button>{' '}
      {send.data === true ? <span role="status">{t('test.sent')}</span> : null}
      {send.data === false ? <span role="alert">{t('check.missing')}</span> : null}
      {send.error && !toMistake ? (
        <Alert type="error" showIcon role="alert" title={others.join(' ') || problemWords(send.error, app)} />
      ) : null}
    </>
  );
}
