import { Alert, Button, Form, Input } from 'antd';
import { useCallback, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useSearchParams } from 'react-router';
import { fieldPath, Problem } from '../../api/problem';
import { useAppTexts } from '../../app/i18n';
import { useFieldErrors } from '../../shared/field-errors';
import { Block, PageHead } from '../../shared/Page';
import { Refused } from '../../shared/states';
import { STEPS, stepOf, type StepName, type Step, type Values } from './definition';
import { Check } from './finish/Check';
import { Finish } from './finish/Finish';
import type { Kept, Place, SegmentDrafts } from './kept';
import { Limits } from './limits/Limits';
import { SegmentChoice } from './segment/SegmentChoice';
import { Steps } from './Steps';
import { useTexts } from './texts';
import { useDraft } from './useDraft';
import { When } from './when/When';
import { Wording } from './wording/Wording';

interface Props {
  readonly start: {
    /** Null for one that is not saved yet. */
    readonly id: string | null;
    readonly place: Place;
    readonly base: string | null;
    readonly server: Values;
    /** What lay in this tab and is not on the server. */
    readonly own: Kept | null;
  };
  /** Why the approver returned it. */
  readonly remark: string | null;
  /** A version is in force: what is saved here becomes the next one. */
  readonly isInForce: boolean;
  /** Throws away what lay in this tab. */
  onDiscard(): void;
}

// A save that ends later would bring back the step of when it began.
const addressed = () => new URLSearchParams(window.location.search);

/** The six steps of a campaign as one form: it can be left at any moment and nothing is lost. */
export function Design({ start, remark, isInForce, onDiscard }: Props) {
  const t = useTexts();
  const app = useAppTexts();
  const [form] = Form.useForm<Values>();
  const [search, setSearch] = useSearchParams();
  const [initial] = useState<Values>(() => start.own?.values ?? start.server);
  const [segments, setSegments] = useState<SegmentDrafts>(start.own?.segments ?? {});
  const [changes, setChanges] = useState(0);
  const [wrong, setWrong] = useState<ReadonlySet<StepName>>(new Set());
  const [problem, setProblem] = useState<unknown>(null);
  const placeErrors = useFieldErrors();
  const body = useRef<HTMLDivElement>(null);
  const [step, setStep] = useState<StepName>(() => STEPS.find((one) => one === search.get('step')) ?? 'audience');

  const go = useCallback(
    (to: StepName) => {
      // At once: a field that is to be focused has to be on the screen.
      flushSync(() => setStep(to));
      const now = addressed();
      now.set('step', to);
      setSearch(now, { replace: true });
      body.current?.focus();
    },
    [setSearch],
  );

  const refused = useCallback(
    (error: unknown, quiet: boolean) => {
      const errors = error instanceof Problem ? error.errors : [];
      const places = errors.map(({ path }) => stepOf(fieldPath(path)));
      setWrong(new Set(places));
      const first = STEPS.find((one) => places.includes(one));
      if (first && !quiet) go(first);
      setProblem(placeErrors(form, error, { quiet }) && quiet ? null : error);
    },
    [form, go, placeErrors],
  );
  const onRefused = useCallback((error: unknown) => refused(error, true), [refused]);
  const onMade = useCallback(
    (id: string) => {
      const now = addressed();
      now.delete('copy');
      now.set('campaign', id);
      setSearch(now, { replace: true });
    },
    [setSearch],
  );
  const draft = useDraft({
    form,
    opened: { id: start.id, place: start.place, base: start.base },
    isRestored: start.own !== null,
    segments,
    onMade,
    onRefused,
  });

  const changed = (fields: readonly string[]) => {
    setChanges((n) => n + 1);
    setProblem(null);
    // What was wrong with a whole that has changed is to be judged anew.
    form.setFields(
      (['cadence', 'contactCap'] as const).flatMap((name) => (fields.includes(name) ? [{ name, errors: [] }] : [])),
    );
    draft.changed();
  };

  /** Everything that the form lacks, each in its place; true where it lacks nothing. */
  const validate = async (): Promise<boolean> => {
    try {
      await form.validateFields();
      setWrong(new Set());
      return true;
    } catch (failed) {
      const names = (failed as { errorFields: { name: (string | number)[] }[] }).errorFields.map(({ name }) => name);
      const places = names.map(stepOf);
      setWrong(new Set(places));
      const first = STEPS.find((one) => places.includes(one));
      if (first) go(first);
      form.scrollToField(
        names.find((name) => stepOf(name) === first)!,
        { focus: true },
      );
      return false;
    }
  };
  const saveWhole = async (): Promise<string | null> => ((await validate()) ? draft.save() : null);

  const next = async () => {
    const here = form
      .getFieldsError()
      .map(({ name }) => name as (string | number)[])
      .filter((name) => stepOf(name) === step);
    try {
      await form.validateFields(here as never);
    } catch (failed) {
      const { errorFields } = failed as { errorFields: { name: (string | number)[] }[] };
      if (errorFields[0]) form.scrollToField(errorFields[0].name as never, { focus: true });
      return;
    }
    setWrong((known) => new Set([...known].filter((one) => one !== step)));
    go(STEPS[STEPS.indexOf(step) + 1] ?? 'finish');
  };

  const steps = Form.useWatch<Step[] | undefined>('channels', { form, preserve: true });
  const hasChat = steps?.some(({ channel }) => channel === 'chat');
  const choiceOf = (of: 'people' | 'groupChats') => (
    <SegmentChoice
      of={of}
      campaignId={draft.id}
      draft={segments[of]}
      onDraft={(one) => setSegments((known) => ({ ...known, [of]: one }))}
      onClosed={() => changed(['segmentId'])}
    />
  );
  return (
    <>
      <PageHead title={t(start.id === null ? 'titleNew' : 'titleEdit')} hint={t('hint')}>
        <span className="quiet" role="status" data-testid="save-state">
          {t(`save.${draft.state}`)}
        </span>
      </PageHead>
      {remark ? <Alert type="warning" showIcon className="gap-below" title={t('returned', { remark })} /> : null}
      {isInForce ? <Alert type="info" showIcon className="gap-below" title={t('inForce')} /> : null}
      {start.own === null || draft.state === 'saved' ? null : (
        <Alert
          type={start.own.base === start.base ? 'info' : 'warning'}
          showIcon
          className="gap-below"
          title={t(start.own.base === start.base ? 'restored' : 'restored.other')}
          action={
            <Button size="small" onClick={onDiscard}>
              {t(start.id === null ? 'restored.discardNew' : 'restored.discard')}
            </Button>
          }
        />
      )}
      <Steps current={step} wrong={wrong} onGo={go} />
      <Refused error={problem} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={initial}
        scrollToFirstError
        onValuesChange={(change: Partial<Values>) => changed(Object.keys(change))}
      >
        <div ref={body} tabIndex={-1} className="step">
          <Block title={t(`step.${step}`)}>
            <div hidden={step !== 'audience'}>
              <Form.Item
                name="name"
                label={t('name')}
                rules={[{ required: true, whitespace: true, message: app('field.required') }]}
              >
                <Input maxLength={128} style={{ maxWidth: 480 }} />
              </Form.Item>
              <Form.Item name="description" label={t('description')}>
                <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} maxLength={2000} style={{ maxWidth: 480 }} />
              </Form.Item>
              {choiceOf('people')}
              {hasChat ? choiceOf('groupChats') : null}
            </div>
            <div hidden={step !== 'wording'}>
              <Wording />
            </div>
            <div hidden={step !== 'when'}>
              <When onChanged={() => changed(['cadence'])} />
            </div>
            <div hidden={step !== 'limits'}>
              <Limits onChanged={() => changed(['channels'])} />
            </div>
            <div hidden={step !== 'check'}>
              <Check
                isHere={step === 'check'}
                changes={changes}
                save={saveWhole}
                onRefused={(error) => refused(error, false)}
              />
            </div>
            <div hidden={step !== 'finish'}>
              <Finish save={saveWhole} onRefused={(error) => refused(error, false)} />
            </div>
          </Block>
        </div>
      </Form>
      <div className="page-actions">
        {step === 'audience' ? null : (
          <Button onClick={() => go(STEPS[STEPS.indexOf(step) - 1] ?? 'audience')}>{t('back')}</Button>
        )}
        {step === 'finish' ? null : (
          <Button type="primary" onClick={() => void next()}>
            {t('next')}
          </Button>
        )}
      </div>
    </>
  );
}
