import { api, query } from '../../api/client';
import type { ImportView } from '../../api/types';

/** Our fields of a row, as the import knows them. */
export const FIELDS = [
  'externalId',
  'name',
  'phone',
  'township',
  'community',
  'populations',
  'tags',
  'birthDate',
  'gender',
  'registeredAt',
  'arrivedAt',
  'departsAt',
  'guardianOf',
  'email',
  'language',
  'school',
] as const;

/** Our field → their header. */
export type Mapping = Readonly<Record<string, string>>;

export interface NewList {
  readonly file: File;
  readonly mapping: Mapping;
  readonly isDryRun: boolean;
  readonly basis?: string | undefined;
  readonly purpose?: string | undefined;
}

/** Sends a list; answers the id of the import that reads it. */
export async function sendList({ file, mapping, isDryRun, basis, purpose }: NewList): Promise<string> {
  const form = new FormData();
  if (Object.keys(mapping).length > 0) form.set('mapping', JSON.stringify(mapping));
  form.set('dryRun', String(isDryRun));
  if (basis?.trim()) form.set('basis', basis.trim());
  if (purpose?.trim()) form.set('purpose', purpose.trim());
  form.set('file', file);
  // The document describes no multipart body; the browser writes its boundary itself.
  const { data } = await api.POST('/api/v1/people/imports', { body: form as never });
  return data!.id;
}

export const isOver = ({ status }: ImportView): boolean => status !== 'queued' && status !== 'running';

/** An import, followed until it is over. `id` null: none yet. */
export const useImport = (id: string | null) =>
  query.useQuery(
    'get',
    '/api/v1/people/imports/{id}',
    { params: { path: { id: id ?? '' } } },
    { enabled: id !== null, refetchInterval: (asked) => (asked.state.data && isOver(asked.state.data) ? false : 700) },
  );
