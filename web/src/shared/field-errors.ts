import type { FormInstance } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldPath, Problem, type FieldMistake } from '../api/problem';

type Name = (string | number)[];

/** The words for one mistake of an input, in the reader's language where the code has some. */
export function useMistakeWords(): (mistake: Pick<FieldMistake, 'code' | 'message'>) => string {
  const { t } = useTranslation('app');
  return useCallback((mistake) => t(`field.${mistake.code}`, { defaultValue: mistake.message }), [t]);
}

/** The field of a form that a mistake's place belongs to: the field itself, or the nearest one that holds it; null without one. */
export function fieldOf(form: FormInstance, path: string): Name | null {
  const names = form.getFieldsError().map(({ name }) => name as Name);
  const place = fieldPath(path);
  for (let length = place.length; length > 0; length -= 1) {
    const found = names.find((name) => name.length === length && name.every((part, i) => part === place[i]));
    if (found) return found;
  }
  return null;
}

/**
 * Puts the server's mistakes on the fields of a form. Answers true where every mistake found its field: else the problem is to
 * be shown above the form too. `quiet` leaves the reader where they are.
 */
export function useFieldErrors(): (form: FormInstance, error: unknown, options?: { quiet?: boolean }) => boolean {
  const words = useMistakeWords();
  return useCallback(
    (form, error, { quiet = false } = {}) => {
      if (!(error instanceof Problem) || error.errors.length === 0) return false;
      const placed = error.errors.map((mistake) => ({ name: fieldOf(form, mistake.path), words: words(mistake) }));
      const known = placed.filter((one): one is { name: Name; words: string } => one.name !== null);
      form.setFields(
        known.map(({ name }) => ({
          name,
          errors: [...new Set(known.filter((one) => String(one.name) === String(name)).map((one) => one.words))],
        })),
      );
      const first = known[0];
      if (first && !quiet) form.scrollToField(first.name, { focus: true });
      return known.length === placed.length;
    },
    [words],
  );
}
