/**
 * The closed set of errors. Every failure that a user can meet is a {@link HeliosError} with one of these codes;
 * anything else that escapes is a bug of ours ({@link ERROR_CODES.INTERNAL}).
 *
 * `sqlState` is PostgreSQL's five-character class where one exists, and `HDxxx` otherwise.
 */
export const ERROR_CODES = {
  // The statement is wrong.
  SYNTAX_ERROR: '42601', // The text is not a statement of the dialect.
  NOT_SUPPORTED: '0A000', // The text is valid, and what it asks for is not built.
  TABLE_NOT_FOUND: '42P01', // No such table, view or table function.
  COLUMN_NOT_FOUND: '42703', // No such column.
  AMBIGUOUS_COLUMN: '42702', // The name fits more than one column.
  FUNCTION_NOT_FOUND: '42883', // No such function, or not with these arguments.
  INDEX_NOT_FOUND: '42704', // No such index.
  TRIGGER_NOT_FOUND: '42704', // No such trigger.
  SNAPSHOT_NOT_FOUND: '42704', // No such snapshot, or it has expired.
  COLLATION_NOT_FOUND: '42P21', // No such collation.
  TRIGGER_EXISTS: '42710', // A trigger of that name exists.
  SNAPSHOT_EXISTS: '42710', // A snapshot of that name exists.
  TABLE_EXISTS: '42P07', // A table, view or index of that name exists.
  COLUMN_EXISTS: '42701', // The column is named twice.
  GROUPING_ERROR: '42803', // An aggregate where none may stand, or nested.
  INVALID_DEFINITION: '42P16', // A table or index that cannot be defined so.
  INVALID_STATEMENT: '42000', // Well formed, but its parts do not fit together (column counts, row shapes).
  LIMIT_EXCEEDED: '54000', // A limit of base/limits.ts.

  // The values are wrong.
  PARAMETER_COUNT: '08P01', // A parameter is missing, or there are too many.
  PARAMETER_TYPE: '07006', // A JavaScript value that no SQL type takes.
  TYPE_MISMATCH: '42804', // A value that the column cannot take without loss.
  USER_FUNCTION_ERROR: '38000', // A function that the user registered threw; `cause` is what it threw.
  INVALID_VALUE: '22023', // An argument outside of its domain.
  NUMERIC_OVERFLOW: '22003', // An integer beyond 64 bits.

  // A constraint says no.
  UNIQUE_VIOLATION: '23505',
  NOT_NULL_VIOLATION: '23502',
  CHECK_VIOLATION: '23514',
  FOREIGN_KEY_VIOLATION: '23503',
  RAISED: 'P0001', // RAISE in a trigger: the message is its own.

  // The transaction cannot go on.
  NO_ACTIVE_TRANSACTION: '25P01', // COMMIT, ROLLBACK or SAVEPOINT work needs a transaction.
  TRANSACTION_ACTIVE: '25001', // BEGIN inside of a transaction.
  SNAPSHOT_TOO_OLD: 'HD008', // AS OF an instant whose versions are gone.
  TRANSACTION_READ_ONLY: '25006', // A write in a read-only transaction or database.
  TRANSACTION_CLOSED: '25P02', // The transaction has ended already.
  SAVEPOINT_NOT_FOUND: '3B001',
  BUSY_TIMEOUT: '55P03', // The writer's place did not become free in time.
  ABORTED: '57014', // AbortSignal fired.
  TIMEOUT: '57015', // timeoutMs passed.

  // The file is not what it should be.
  DATABASE_EXISTS: '42P04', // Nothing is imported over a database.
  NOT_A_DATABASE: 'HD001', // The file does not begin as a database does.
  FORMAT_TOO_NEW: 'HD002', // Written by a newer version.
  CORRUPT: 'XX001', // A checksum or an invariant of the format does not hold.

  // The host says no.
  LOCKED: '55006', // Another process or tab holds the files.
  DATABASE_FULL: '54000', // The files have reached maxDbSizeMb.
  DISK_FULL: '53100',
  OUT_OF_MEMORY_BUDGET: '53200', // An operator needs more than memory_limit_mb leaves it.
  QUOTA_EXCEEDED: '53101',
  IO: '58030',
  STORAGE_FAILED: 'HD003', // A flush failed earlier: reopen to recover.
  STORAGE_EVICTED: 'HD004', // The browser removed the files under us.
  OPFS_UNAVAILABLE: 'HD005', // No origin-private file system here.
  FILE_NOT_FOUND: '58P01',
  PART_UNAVAILABLE: 'HD007', // A part of the engine that is loaded on demand could not be.

  // Life cycle.
  CLOSED: '08003', // The database or statement is closed.
  WORKER_DIED: '08006', // The worker ended; what was in flight has an unknown outcome.
  MISUSE: 'HD006', // The API was called in a way that it does not allow.
  INTERNAL: 'XX000', // A bug of ours.
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface HeliosErrorDetails {
  /** Offset into the SQL text, in UTF-16 code units, from 0. */
  readonly position?: number;
  /** What to do about it, one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The one error class. `message` says what, where and what to do. */
export class HeliosError extends Error {
  override readonly name = 'HeliosError';
  readonly code: ErrorCode;
  readonly sqlState: string;
  readonly position?: number;
  readonly hint?: string;

  constructor(code: ErrorCode, message: string, details: HeliosErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.sqlState = ERROR_CODES[code];
    if (details.position !== undefined) this.position = details.position;
    if (details.hint !== undefined) this.hint = details.hint;
  }
}

/** CORRUPT, with what can be done about a file that is damaged. `what` says where and what is lost. */
export function damaged(what: string): HeliosError {
  return new HeliosError('CORRUPT', what, {
    hint: 'Restore the file from a backup or another replica, or save what is left: heliosdb repair.',
  });
}

/** True for our own errors of the given code, or of any code. */
export function isHeliosError(error: unknown, code?: ErrorCode): error is HeliosError {
  return error instanceof HeliosError && (code === undefined || error.code === code);
}
