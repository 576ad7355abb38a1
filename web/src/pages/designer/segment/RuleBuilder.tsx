import { Button, Checkbox, Select } from 'antd';
import { createContext, use, useMemo, type ReactNode } from 'react';
import {
  QueryBuilder,
  type ActionProps,
  type CombinatorSelectorProps,
  type Field,
  type FieldSelectorProps,
  type NotToggleProps,
  type OperatorSelectorProps,
  type RuleGroupType,
} from 'react-querybuilder';
import { FIELDS, kindOf, OPERATORS, type Subject } from '../../../shared/rule-fields';
import { useRuleFieldWords } from '../../../shared/rule-words';
import { useTexts } from '../texts';
import { RuleValue } from './RuleValue';
import { placeWords } from './place-words';

/** What is wrong with conditions, by their place. */
const Mistakes = createContext<ReadonlyMap<string, string>>(new Map());

interface Props {
  readonly of: Subject;
  readonly rule: RuleGroupType;
  readonly mistakes: ReadonlyMap<string, string>;
  onChange(rule: RuleGroupType): void;
}

/** A rule built from conditions and groups, in the reader's words; everything is reached with the keyboard. */
export function RuleBuilder({ of, rule, mistakes, onChange }: Props) {
  const t = useTexts();
  const { field: fieldWord, operator: operatorWord } = useRuleFieldWords();
  const fields = useMemo(
    () => Object.keys(FIELDS[of]).map((name): Field => ({ name, value: name, label: fieldWord(name) })),
    [of, fieldWord],
  );
  return (
    <Mistakes value={mistakes}>
      <div className="rule-builder">
        <QueryBuilder
          query={rule}
          onQueryChange={(next: RuleGroupType) => onChange(next)}
          fields={fields}
          getOperators={(field) =>
            OPERATORS[kindOf(field, of)].map((name) => ({
              name,
              value: name,
              label: operatorWord(name, kindOf(field, of)),
            }))
          }
          getDefaultValue={() => ''}
          combinators={[
            { name: 'and', value: 'and', label: t('rule.and') },
            { name: 'or', value: 'or', label: t('rule.or') },
          ]}
          translations={{
            addRule: { label: t('rule.add'), title: t('rule.add') },
            addGroup: { label: t('rule.addGroup'), title: t('rule.addGroup') },
            removeRule: { label: '×', title: t('rule.remove') },
            removeGroup: { label: '×', title: t('rule.removeGroup') },
            notToggle: { label: t('rule.not'), title: t('rule.not') },
            fields: { title: t('rule.field') },
            operators: { title: t('rule.operator') },
            value: { title: t('rule.value') },
            combinators: { title: t('rule.combinator') },
          }}
          context={{ of }}
          controlElements={CONTROLS}
          showNotToggle
          addRuleToNewGroups
          listsAsArrays
          resetOnOperatorChange={false}
          maxLevels={4}
          accessibleDescriptionGenerator={({ path }) => placeWords(path, t)}
        />
      </div>
    </Mistakes>
  );
}

type Options = readonly { readonly name: string; readonly label: string }[];

function Choice(props: {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: unknown;
  readonly width: number;
  onChange(value: string): void;
}) {
  return (
    <Select
      aria-label={props.label}
      value={props.value}
      onChange={props.onChange}
      style={{ minWidth: props.width }}
      popupMatchSelectWidth={false}
      showSearch={{ optionFilterProp: 'label' }}
      options={(props.options as Options).map(({ name, label }) => ({ value: name, label }))}
    />
  );
}

const useLabel = (title: string | undefined, path: readonly number[]): string => {
  const t = useTexts();
  return `${title ?? ''}${path.length > 0 ? ` ${placeWords(path, t)}` : ''}`;
};

function FieldChoice({ title, path, value, options, handleOnChange }: FieldSelectorProps) {
  const label = useLabel(title, path);
  return (
    <>
      <Choice label={label} value={value} options={options} width={128} onChange={handleOnChange} />
      <Mistake path={path} />
    </>
  );
}

/** Stands in the condition's own line, last. */
function Mistake({ path }: { readonly path: readonly number[] }): ReactNode {
  const text = use(Mistakes).get(path.join('.'));
  return text ? (
    <p className="mistake" role="alert">
      {text}
    </p>
  ) : null;
}

function OperatorChoice({ title, path, value, options, handleOnChange }: OperatorSelectorProps) {
  const label = useLabel(title, path);
  return <Choice label={label} value={value} options={options} width={96} onChange={handleOnChange} />;
}

function CombinatorChoice({ title, path, value, options, handleOnChange }: CombinatorSelectorProps) {
  const label = useLabel(title, path);
  return <Choice label={label} value={value} options={options} width={150} onChange={handleOnChange} />;
}

function Add({ label, handleOnClick }: ActionProps) {
  return (
    <Button size="small" onClick={(event) => handleOnClick(event)}>
      + {label}
    </Button>
  );
}

function Remove({ title, path, label, handleOnClick }: ActionProps) {
  const name = useLabel(title, path);
  return (
    <Button size="small" type="text" aria-label={name} title={name} onClick={(event) => handleOnClick(event)}>
      {label}
    </Button>
  );
}

function Not({ checked, label, path, title, handleOnChange }: NotToggleProps) {
  const name = useLabel(title, path);
  return (
    <Checkbox checked={checked === true} aria-label={name} onChange={(event) => handleOnChange(event.target.checked)}>
      {label}
    </Checkbox>
  );
}

const CONTROLS = {
  fieldSelector: FieldChoice,
  operatorSelector: OperatorChoice,
  combinatorSelector: CombinatorChoice,
  valueEditor: RuleValue,
  addRuleAction: Add,
  addGroupAction: Add,
  removeRuleAction: Remove,
  removeGroupAction: Remove,
  notToggle: Not,
};
