import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** What has words in `words.zh.ts`: a prefix and a code of the API. */
type Kind =
  | 'person'
  | 'gender'
  | 'import'
  | 'platform'
  | 'channel'
  | 'population'
  | 'role'
  | 'campaign'
  | 'run'
  | 'tide'
  | 'delivery'
  | 'reason'
  | 'alarm'
  | 'count'
  | 'means';

/** A code of the API in the reader's language; a code without words is shown as it is. */
export function useWords(): (kind: Kind, code: string) => string {
  const { t } = useTranslation('words');
  return useCallback((kind, code) => t(`${kind}.${code}`, { defaultValue: code }), [t]);
}
