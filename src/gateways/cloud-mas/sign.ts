import { createHash } from 'node:crypto';

/** The interface's `mac`: lower-case hexadecimal MD5 of the fields' UTF-8 bytes, one after the other without separators. */
export const macOf = (...fields: readonly string[]): string =>
  createHash('md5').update(fields.join(''), 'utf8').digest('hex');
