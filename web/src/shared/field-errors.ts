import type { FormInstance } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldPath, Problem } from '../api/problem';

/**
 * Puts the server's mistakes on the fields of a form, in the reader's language where the code has words. Answers true where
 * every mistake found its field: else the problem is to be shown above the form too.
 */
export function useFieldErrors(): (form: FormInstance, error: unknown) => boolean {
  const { t } = useTranslation('app');
  return useCallback(
    (form, error) => {
      if (!(error instanceof Problem) || error.errors.length === 0) return false;
      const known = error.errors.filter((mistake) => form.getFieldInstance(fieldPath(mistake.path)) !== undefined);
      form.setFields(
        known.map((mistake) => ({
          name: fieldPath(mistake.path),
          errors: [t(`field.${mistake.code}`, { defaultValue: mistake.message })],
        })),
      );
      const first = known[0];
      if (first) form.scrollToField(fieldPath(first.path), { focus: true });
      return known.length === error.errors.length;
    },
    [t],
  );
}
