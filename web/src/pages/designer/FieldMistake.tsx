import { Form } from 'antd';

/** What is wrong with a field that stands there hidden. */
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

/** What is wrong with a whole of several fields, such as a cadence: it is a field too, which shows nothing else. */
export function WholeMistake({ name }: { readonly name: string }) {
  return (
    <>
      <Form.Item name={name} noStyle>
        <Nothing />
      </Form.Item>
      <FieldMistake name={name} />
    </>
  );
}

const Nothing = () => null;
