import { Button, Form, Select } from 'antd';
import type { RuleGroupType } from 'react-querybuilder';
import { query } from '../../../api/client';
import { useAppTexts } from '../../../app/i18n';
import { useSession } from '../../../app/session';
import { useRuleWords } from '../../../shared/rule-words';
import type { Subject } from '../../../shared/rule-fields';
import { FieldMistake } from '../FieldMistake';
import { useTexts } from '../texts';
import { AudienceCount, useAudience } from './AudienceCount';
import { SegmentEditor, type SegmentDraft } from './SegmentEditor';
import { useSegments } from './segments';
import type { WireRule } from './rule';

const NEW: Record<Subject, RuleGroupType> = {
  people: { combinator: 'and', rules: [{ field: 'population', operator: '=', value: '' }] },
  groupChats: { combinator: 'and', rules: [{ field: 'township', operator: 'in', value: [] }] },
};

interface Props {
  readonly of: Subject;
  /** The campaign that is designed: a segment that only this one uses may be changed in place. */
  readonly campaignId: string | null;
  readonly draft: SegmentDraft | undefined;
  onDraft(draft: SegmentDraft | undefined): void;
  /** The editor was closed, by saving or without. */
  onClosed(): void;
}

/** Chooses a segment, or makes one here. Stands in the form as `segmentId` or `groupSegmentId`. */
export function SegmentChoice({ of, campaignId, draft, onDraft, onClosed }: Props) {
  const t = useTexts();
  const app = useAppTexts();
  const { may } = useSession();
  const form = Form.useFormInstance();
  const field = of === 'people' ? 'segmentId' : 'groupSegmentId';
  const chosen = Form.useWatch<string | undefined>(field, form);
  const segments = useSegments(of);
  const isOpen = draft !== undefined;
  const open = (one: SegmentDraft) => {
    form.setFields([{ name: field, errors: [] }]);
    onDraft(one);
  };
  const close = (id?: string) => {
    if (id !== undefined) form.setFieldValue(field, id);
    form.setFields([{ name: field, errors: [] }]);
    onDraft(undefined);
    onClosed();
  };
  return (
    <>
      <Form.Item
        name={field}
        label={t(of === 'people' ? 'segment.choose' : 'segment.chooseChats')}
        rules={[
          isOpen
            ? { validator: () => Promise.reject(new Error(t('segment.saveFirst'))) }
            : { required: true, message: app('field.required') },
        ]}
        hidden={isOpen}
      >
        <Select
          loading={segments.isPending}
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('segment.search')}
          options={(segments.data ?? []).map(({ id, name, countText }) => ({
            value: id,
            label: `${name}（${countText}）`,
          }))}
        />
      </Form.Item>
      {draft ? (
        <>
          <SegmentEditor
            of={of}
            draft={draft}
            onChange={onDraft}
            onCancel={() => close()}
            onSaved={(segment) => close(segment.id)}
          />
          <FieldMistake name={field} />
        </>
      ) : (
        <>
          {may('segments.write') ? (
            <p>
              <Button onClick={() => open({ name: '', rule: NEW[of] })}>
                {t(of === 'people' ? 'segment.new' : 'segment.newChats')}
              </Button>
            </p>
          ) : null}
          {chosen ? <Chosen id={chosen} of={of} campaignId={campaignId} onDraft={open} /> : null}
        </>
      )}
    </>
  );
}

interface ChosenProps extends Pick<Props, 'of' | 'campaignId'> {
  readonly id: string;
  onDraft(draft: SegmentDraft): void;
}

function Chosen({ id, of, campaignId, onDraft }: ChosenProps) {
  const t = useTexts();
  const ruleWords = useRuleWords();
  const { me, may } = useSession();
  const { data } = query.useQuery('get', '/api/v1/segments/{id}', { params: { path: { id } } });
  const rule = data && !data.sensitive ? (data.rule as unknown as WireRule) : null;
  const audience = useAudience(of, rule);
  if (!data) return null;
  const isOthers = data.usedBy.some((one) => one !== campaignId);
  const isOwn = me.user.township === null || data.township === me.user.township;
  const asBuilt = data.rule as unknown as RuleGroupType;
  return (
    <div className="columns">
      <div>
        <p>{data.sensitive ? t('segment.sensitive') : ruleWords(data.rule, of)}</p>
        {may('segments.write') && !data.sensitive ? (
          <div className="page-actions">
            {isOwn && !isOthers ? (
              <Button size="small" onClick={() => onDraft({ id, name: data.name, rule: asBuilt })}>
                {t('segment.change')}
              </Button>
            ) : null}
            <Button
              size="small"
              onClick={() => onDraft({ name: t('segment.copyName', { name: data.name }), rule: asBuilt })}
            >
              {t('segment.copy')}
            </Button>
            {isOthers ? <small>{t('segment.inUse', { n: data.usedBy.length })}</small> : null}
          </div>
        ) : null}
      </div>
      <aside aria-label={t('count.title')}>
        {data.sensitive ? (
          <p>
            <span className="big-number" data-testid="audience">
              {data.countText}
            </span>{' '}
            {t('count.people')} <span className="quiet">{t('count.noSample')}</span>
          </p>
        ) : (
          <AudienceCount of={of} audience={audience} rule={rule} />
        )}
      </aside>
    </div>
  );
}
