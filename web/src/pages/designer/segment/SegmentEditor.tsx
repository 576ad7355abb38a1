import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useId, useState } from 'react';
import type { RuleGroupType } from 'react-querybuilder';
import { api } from '../../../api/client';
import { Problem } from '../../../api/problem';
import type { SegmentView } from '../../../api/types';
import { useAppTexts } from '../../../app/i18n';
import { problemWords } from '../../../app/problem-words';
import { useMistakeWords } from '../../../shared/field-errors';
import type { Subject } from '../../../shared/rule-fields';
import { useTexts } from '../texts';
import { AudienceCount, useAudience } from './AudienceCount';
import { openPlaces, placeOf, wireRule, type Group } from './rule';
import { RuleBuilder } from './RuleBuilder';

/** A segment that somebody is at work on; without an id it is a new one. */
export interface SegmentDraft {
  readonly id?: string;
  readonly name: string;
  readonly rule: RuleGroupType;
}

interface Props {
  readonly of: Subject;
  readonly draft: SegmentDraft;
  onChange(draft: SegmentDraft): void;
  onSaved(segment: SegmentView): void;
  onCancel(): void;
}

/** Name and rule of a segment, with its live count beside it. */
export function SegmentEditor({ of, draft, onChange, onSaved, onCancel }: Props) {
  const t = useTexts();
  const app = useAppTexts();
  const client = useQueryClient();
  const mistakeWords = useMistakeWords();
  const [isAsked, setAsked] = useState(false);
  const names = useId();
  const rule = wireRule(draft.rule as Group, of);
  const audience = useAudience(of, rule);

  const save = useMutation({
    mutationFn: async () => {
      const body = { name: draft.name.trim(), rule: rule! };
      const { data } = draft.id
        ? await api.PUT('/api/v1/segments/{id}', { params: { path: { id: draft.id } }, body })
        : await api.POST('/api/v1/segments', { body: { ...body, of } });
      return data!;
    },
    onSuccess: async (segment) => {
      await client.invalidateQueries({ queryKey: ['segments'] });
      await client.invalidateQueries({ queryKey: ['get', '/api/v1/segments/{id}'] });
      onSaved(segment);
    },
  });

  const refusal = save.error ?? audience.error;
  const mistakes = new Map<string, string>();
  if (isAsked) for (const place of openPlaces(draft.rule as Group, of)) mistakes.set(place, t('rule.unfilled'));
  if (rule !== null && refusal instanceof Problem)
    for (const mistake of refusal.errors)
      if (mistake.path.includes('/rules/')) mistakes.set(placeOf(mistake.path), mistakeWords(mistake));
  const ofName = save.error instanceof Problem ? save.error.errors.find(({ path }) => path === '/name') : undefined;
  const nameMistake = isAsked && !draft.name.trim() ? app('field.required') : ofName ? mistakeWords(ofName) : null;

  const press = () => {
    setAsked(true);
    if (draft.name.trim() && rule !== null) save.mutate();
  };
  return (
    <div className="columns segment-editor">
      <div>
        <Form.Item
          label={t(of === 'people' ? 'segment.name' : 'segment.chatName')}
          htmlFor={names}
          validateStatus={nameMistake ? 'error' : ''}
          help={nameMistake ? <span id={`${names}-help`}>{nameMistake}</span> : undefined}
        >
          <Input
            id={names}
            value={draft.name}
            maxLength={128}
            aria-invalid={nameMistake !== null}
            aria-describedby={nameMistake ? `${names}-help` : undefined}
            onChange={(event) => onChange({ ...draft, name: event.target.value })}
            onPressEnter={(event) => {
              event.preventDefault();
              press();
            }}
          />
        </Form.Item>
        <p className="quiet">{t('segment.ruleHint')}</p>
        <RuleBuilder
          of={of}
          rule={draft.rule}
          mistakes={mistakes}
          onChange={(next) => {
            if (JSON.stringify(next) !== JSON.stringify(draft.rule)) onChange({ ...draft, rule: next });
          }}
        />
        {save.error && !nameMistake && mistakes.size === 0 ? (
          <Alert type="error" showIcon role="alert" title={problemWords(save.error, app)} />
        ) : null}
        <div className="page-actions">
          <Button type="primary" onClick={press} loading={save.isPending}>
            {t('segment.save')}
          </Button>
          <Button onClick={onCancel}>{app('cancel')}</Button>
        </div>
      </div>
      <aside aria-label={t('count.title')}>
        <AudienceCount of={of} audience={audience} rule={rule} />
      </aside>
    </div>
  );
}
