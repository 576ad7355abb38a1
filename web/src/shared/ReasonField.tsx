import { Form, Input } from 'antd';
import { texts } from '../app/i18n';

const useTexts = texts(
  'reason-field',
  { missing: '请写明{{label}}，至少两个字。' },
  { missing: 'Give a reason, two characters at least.' },
);

/** Why somebody does what the ledger keeps: the field `reason` of a form. */
export function ReasonField({ label, hint }: { readonly label: string; readonly hint: string }) {
  const t = useTexts();
  return (
    <Form.Item
      name="reason"
      label={label}
      extra={hint}
      rules={[{ required: true, whitespace: true, min: 2, message: t('missing', { label }) }]}
    >
      <Input maxLength={200} autoComplete="off" />
    </Form.Item>
  );
}
