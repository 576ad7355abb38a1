import { Column, PrimaryColumn, type ColumnOptions } from 'typeorm';

const number = {
  to: (value: unknown) => value,
  from: (value: unknown) => (value === null || value === undefined ? null : Number(value)),
};

/** A whole number that may be large: an instant in milliseconds, a row number, an amount. Always a JavaScript number. */
export const WholeNumber = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'bigint', transformer: number, ...options });

export const OptionalWholeNumber = (): PropertyDecorator => WholeNumber({ nullable: true });

/** A primary key that is a number handed out by `IdBlocks`. */
export const NumberedKey = (): PropertyDecorator => PrimaryColumn({ type: 'bigint', transformer: number });

const flag = { to: (value: unknown) => (value ? 1 : 0), from: (value: unknown) => Boolean(Number(value)) };

/** Yes or no, stored as 0 or 1. */
export const Flag = (): PropertyDecorator => Column({ type: 'int', default: 0, transformer: flag });

const json = {
  to: (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(value)),
  from: (value: unknown) => (typeof value === 'string' ? (JSON.parse(value) as unknown) : null),
};

/** A value kept as JSON text, the same on both databases. */
export const Json = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'text', transformer: json, ...options });
