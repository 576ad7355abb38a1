const ON_SQLITE = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|BUSY|CORRUPT|NOTADB)/;
const ON_MYSQL = new Set([
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_CONNECTION_KILLED',
  'ER_QUERY_INTERRUPTED',
  'ER_DISK_FULL',
  'ER_RECORD_FILE_FULL',
  'ER_ERROR_ON_WRITE',
  'ER_OUT_OF_RESOURCES',
  'ER_OUTOFMEMORY',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_LOCK_WAIT_TIMEOUT',
]);

interface DriverError {
  readonly code?: string;
  /** mysql2: the connection is gone, with or without a code. */
  readonly fatal?: boolean;
}

/**
 * The code of an error that is the database's trouble and not the statement's: it is away, its disk is full or fails, or it may
 * not be written. The same work succeeds when that is mended. Null for every other error.
 */
export function troubleOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code = '', fatal } = (error as { driverError?: DriverError }).driverError ?? (error as DriverError);
  if (ON_SQLITE.test(code) || ON_MYSQL.has(code)) return code;
  return fatal === true ? code || 'CONNECTION_LOST' : null;
}
