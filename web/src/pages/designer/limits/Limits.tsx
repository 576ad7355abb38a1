import { Form, InputNumber, Radio, Select } from 'antd';
import { useAppTexts } from '../../../app/i18n';
import { Duration } from '../Duration';
import { WholeMistake } from '../FieldMistake';
import { useTexts } from '../texts';
import { Ladder } from './Ladder';

const VALID = ['P1M', 'P3M', 'P6M', 'P12M', 'never'] as const;

/** In which order and how much: the ladder, and what must not be exceeded. */
export function Limits({ onChanged }: { onChanged(): void }) {
  const t = useTexts();
  const app = useAppTexts();
  const form = Form.useFormInstance();
  /** Both halves of a cap, or none. */
  const both = (other: 'max' | 'per') => [
    {
      validator: (_: unknown, value: unknown) => {
        const there = form.getFieldValue(['contactCap', other]) as unknown;
        const isBlank = value === undefined || value === null;
        return isBlank && there !== undefined && there !== null
          ? Promise.reject(new Error(app('field.required')))
          : Promise.resolve();
      },
    },
  ];
  return (
    <div className="columns even">
      <div>
        <h3>{t('ladder')}</h3>
        <p className="quiet">{t('ladder.hint')}</p>
        <Ladder onChanged={onChanged} />
      </div>
      <div>
        <h3>{t('limits')}</h3>
        <p className="quiet">{t('cap.hint')}</p>
        <div className="fields">
          <Form.Item
            name={['contactCap', 'max']}
            label={t('cap.max')}
            dependencies={[['contactCap', 'per']]}
            rules={both('per')}
          >
            <InputNumber min={0} max={1000} precision={0} />
          </Form.Item>
          <Form.Item
            name={['contactCap', 'per']}
            label={t('cap.per')}
            dependencies={[['contactCap', 'max']]}
            rules={both('max')}
          >
            <Duration label={t('cap.per')} />
          </Form.Item>
        </div>
        <WholeMistake name="contactCap" />
        <Form.Item
          name="onCapConflict"
          label={t('conflict')}
          getValueProps={(value: unknown) => ({ value: value ?? 'yield' })}
        >
          <Radio.Group
            options={(['yield', 'nextSlot'] as const).map((value) => ({ value, label: t(`conflict.${value}`) }))}
          />
        </Form.Item>
        <div className="fields">
          <Form.Item name="priority" label={t('priority')} extra={t('priority.hint')}>
            <InputNumber min={0} max={9} precision={0} />
          </Form.Item>
          <Form.Item name={['spread', 'over']} label={t('spread')} extra={t('spread.hint')}>
            <InputNumber min={1} max={366} precision={0} />
          </Form.Item>
        </div>
        <Form.Item name="expiresAfter" label={t('expires')} extra={t('expires.hint')}>
          <Duration label={t('expires')} />
        </Form.Item>
        <Form.Item name="approvalValidFor" label={t('valid')} extra={t('valid.hint')}>
          <Select
            allowClear
            placeholder={t('valid.usual')}
            style={{ maxWidth: 220 }}
            options={VALID.map((value) => ({ value, label: t(`valid.${value}`) }))}
          />
        </Form.Item>
      </div>
    </div>
  );
}
