import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { Link, useNavigate } from 'react-router';
import { api } from '../../api/client';
import { Problem } from '../../api/problem';
import { useAppTexts } from '../../app/i18n';
import { useFieldErrors } from '../../shared/field-errors';
import { ReasonField } from '../../shared/ReasonField';
import { Recipient } from '../../shared/Recipient';
import { Refused } from '../../shared/states';
import { useWords } from '../../shared/words';
import { useTexts } from './texts';

/** Opens the person of an external id. */
export function FindById() {
  const t = useTexts();
  const app = useAppTexts();
  const word = useWords();
  const go = useNavigate();
  const placeErrors = useFieldErrors();
  const [form] = Form.useForm<{ q: string }>();
  const find = useMutation({
    mutationFn: async ({ q }: { q: string }) =>
      (await api.GET('/api/v1/people', { params: { query: { q: q.trim(), limit: 1 } } })).data!.items[0],
    onSuccess: (person) => {
      if (person) void go(`/people/${person.id}`);
      else form.setFields([{ name: 'q', errors: [t('idNone')] }]);
    },
    onError: (error) => placeErrors(form, error),
  });
  return (
    <Form form={form} name="by-id" layout="vertical" requiredMark={false} onFinish={(words) => find.mutate(words)}>
      <Refused error={find.error} />
      <Form.Item
        name="q"
        label={word('person', 'externalId')}
        rules={[{ required: true, whitespace: true, message: app('field.required') }]}
      >
        <Input maxLength={64} autoComplete="off" spellCheck={false} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={find.isPending}>
        {t('search')}
      </Button>
    </Form>
  );
}

/** Opens the person of a number, with a reason that the ledger keeps. */
export function FindByPhone() {
  const t = useTexts();
  const app = useAppTexts();
  const go = useNavigate();
  const placeErrors = useFieldErrors();
  const [form] = Form.useForm<{ phone: string; reason: string }>();
  const find = useMutation({
    mutationFn: async ({ phone, reason }: { phone: string; reason: string }) =>
      (await api.POST('/api/v1/people/lookup', { body: { phone: phone.trim(), reason: reason.trim() } })).data!,
    onSuccess: (person) => {
      if (person.alsoWithThisPhone.length === 0) void go(`/people/${person.id}`);
    },
    onError: (error) => {
      if (error instanceof Problem && error.status === 404)
        form.setFields([{ name: 'phone', errors: [t('phoneNone')] }]);
      else placeErrors(form, error);
    },
  });
  const isNobody = (find.error as unknown) instanceof Problem && (find.error as unknown as Problem).status === 404;
  return (
    <Form form={form} name="by-phone" layout="vertical" requiredMark={false} onFinish={(words) => find.mutate(words)}>
      {isNobody ? null : <Refused error={find.error} />}
      <Form.Item
        name="phone"
        label={t('phone')}
        rules={[{ required: true, whitespace: true, message: app('field.required') }]}
      >
        <Input inputMode="tel" maxLength={40} autoComplete="off" />
      </Form.Item>
      <ReasonField label={t('reason')} hint={t('reasonHint')} />
      <Button type="primary" htmlType="submit" loading={find.isPending}>
        {t('search')}
      </Button>
      {find.data && find.data.alsoWithThisPhone.length > 0 ? (
        <p className="found">
          <Link to={`/people/${find.data.id}`}>
            {find.data.externalId} <Recipient of={find.data} />
          </Link>{' '}
          {t('also')}{' '}
          {find.data.alsoWithThisPhone.map((other) => (
            <Link key={other.id} to={`/people/${other.id}`}>
              {other.externalId}{' '}
            </Link>
          ))}
        </p>
      ) : null}
    </Form>
  );
}
