import { Form } from 'antd';

/** What is wrong with a field that shows nothing of its own, such as a cadence as a whole. */
export function FieldMistake({ name }: { readonly name: string }) {
  const form = Form.useFormInstance();
  return (
    <Form.Item noStyle shouldUpdate>
      {() => {
        const mistakes = form.getFieldError(name);
        return mistakes.length === 0 ? null : (
          <p className="mistake" role="alert">
            {mistakes.join(' ')}
          </p>
        );
      }}
    </Form.Item>
  );
}
