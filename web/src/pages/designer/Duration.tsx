import { InputNumber, Select, Space } from 'antd';
import { useState } from 'react';
import { useTexts } from './texts';

const UNITS = ['M', 'H', 'D', 'Mo'] as const;
type Unit = (typeof UNITS)[number];

/** An ISO 8601 duration as a number of one unit, as it is written; null for what has several. */
export function partsOf(iso: string): { n: number; unit: Unit } | null {
  const found = /^P(?:(\d+)(M|W|D)|T(\d+)(H|M))$/.exec(iso);
  if (!found) return null;
  const [, ofDays, day, ofHours, hour] = found;
  if (ofHours !== undefined) return { n: Number(ofHours), unit: hour as 'H' | 'M' };
  return { n: Number(ofDays) * (day === 'W' ? 7 : 1), unit: day === 'M' ? 'Mo' : 'D' };
}

export const durationOf = (n: number, unit: Unit): string =>
  unit === 'Mo' ? `P${n}M` : unit === 'D' ? `P${n}D` : `PT${n}${unit}`;

interface Props {
  /** The id of the form's field, for its label. */
  readonly id?: string;
  readonly label: string;
  readonly value?: string;
  readonly least?: number;
  readonly usual?: Unit;
  onChange?(value: string | undefined): void;
}

/** A span of time: a number and its unit. Empty is none. */
export function Duration({ id, label, value, least = 1, usual = 'D', onChange }: Props) {
  const t = useTexts();
  const parts = value ? partsOf(value) : null;
  const [chosen, setChosen] = useState<Unit>(usual);
  const unit = parts?.unit ?? chosen;
  const name = (one: Unit) => t(`unit.${one}`);
  return (
    <Space.Compact>
      <InputNumber
        id={id}
        aria-label={label}
        min={least}
        precision={0}
        value={parts?.n ?? null}
        onChange={(n) => onChange?.(n === null ? undefined : durationOf(n, unit))}
        style={{ width: 90 }}
      />
      <Select
        aria-label={`${label} ${t('unit')}`}
        value={unit}
        onChange={(next: Unit) => {
          setChosen(next);
          if (parts) onChange?.(durationOf(parts.n, next));
        }}
        style={{ width: 92 }}
        options={UNITS.map((one) => ({ value: one, label: name(one) }))}
      />
    </Space.Compact>
  );
}
