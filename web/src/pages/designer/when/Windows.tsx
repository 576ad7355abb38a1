import { Button, Form, Input } from 'antd';
import { useAppTexts } from '../../../app/i18n';
import { useTexts } from '../texts';

const EDGE = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

/** The campaign's own windows; none: the county's for each channel. */
export function WindowFields() {
  const t = useTexts();
  const app = useAppTexts();
  const rules = [{ required: true, pattern: EDGE, message: t('window.edge') }];
  return (
    <Form.List name="window">
      {(windows, { add, remove }, { errors }) => (
        <div role="group" aria-labelledby="windows" className="windows">
          <h3 id="windows">{t('window')}</h3>
          <p className="quiet">{t('window.hint')}</p>
          {windows.map(({ key, name }, at) => (
            <div className="window" key={key}>
              <Form.Item name={[name, 'from']} label={t('window.from', { n: at + 1 })} rules={rules}>
                <Input maxLength={5} placeholder="08:30" style={{ width: 90 }} />
              </Form.Item>
              <Form.Item
                name={[name, 'to']}
                label={t('window.to', { n: at + 1 })}
                dependencies={[['window', name, 'from']]}
                rules={[
                  ...rules,
                  ({ getFieldValue }) => ({
                    validator: (_, value: string | undefined) =>
                      value && value <= ((getFieldValue(['window', name, 'from']) as string | undefined) ?? '')
                        ? Promise.reject(new Error(app('field.window_crosses_midnight')))
                        : Promise.resolve(),
                  }),
                ]}
              >
                <Input maxLength={5} placeholder="20:30" style={{ width: 90 }} />
              </Form.Item>
              <Button type="text" aria-label={t('window.remove', { n: at + 1 })} onClick={() => remove(name)}>
                ×
              </Button>
            </div>
          ))}
          <Form.ErrorList errors={errors} />
          <Button size="small" onClick={() => add({ from: '08:30', to: '20:30' })}>
            + {t('window.add')}
          </Button>
        </div>
      )}
    </Form.List>
  );
}
