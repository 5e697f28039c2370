import { assert } from '../../base/assert.ts';
import { HeliosError } from '../../base/errors.ts';
import { COMMITTED_AT_COLUMN, type CommitLog, SCN_COLUMN } from '../transaction/commit-log.ts';

/** A point of the history, in one of the three ways to count: microseconds since 1970 UTC, transactions, row changes. */
export interface Instant {
  readonly unit: 'TIMESTAMP' | 'TRANSACTION' | 'SCN';
  readonly value: number;
}

/** What can be read. */
export interface ReadableHistory {
  readonly commitLog: CommitLog;
  /** The newest transaction that the reader sees. */
  readonly newest: number;
  /** The oldest one whose state is still there. */
  readonly oldest: number;
}

/**
 * The transaction whose state was in force at an instant. Throws INVALID_VALUE for a transaction or change that has not
 * happened, and SNAPSHOT_TOO_OLD for a state that is no longer there.
 */
export function transactionAt({ unit, value }: Instant, history: ReadableHistory): number {
  const transaction = found(unit, value, history);
  if (transaction >= history.oldest) return transaction;
  const asked = unit === 'TIMESTAMP' ? timeText(value) : `${unit} ${value}`;
  const since = `transaction ${history.oldest}, committed at ${timeText(committedAt(history.commitLog, history.oldest))}`;
  throw new HeliosError('SNAPSHOT_TOO_OLD', `${asked} is no longer readable: the history begins with ${since}`, {
    hint: 'PRAGMA min_retention_seconds says how long history is kept.',
  });
}

function found(unit: Instant['unit'], value: number, { commitLog, newest }: ReadableHistory): number {
  if (unit === 'TIMESTAMP') return newestUntil(commitLog, value, newest);
  const last = unit === 'TRANSACTION' ? newest : lastScnOf(commitLog, newest);
  if (!Number.isSafeInteger(value) || value < 0 || value > last) {
    throw new HeliosError('INVALID_VALUE', `there is no ${unit} ${value}: they are whole numbers from 0 to ${last}`);
  }
  return unit === 'TRANSACTION' ? value : changedBy(commitLog, value, newest);
}

/** The newest transaction that was committed until then; 0 where none was. */
export function newestUntil(commitLog: CommitLog, micros: number, newest = commitLog.lastTransaction): number {
  if (newest === commitLog.lastTransaction && commitLog.lastMicros <= micros) return newest;
  return lastWhere(newest, (transaction) => committedAt(commitLog, transaction) <= micros);
}

/** The transaction that made that change; 0 before the first. */
function changedBy(commitLog: CommitLog, scn: number, newest: number): number {
  if (scn === 0) return 0;
  return lastWhere(newest, (transaction) => lastScnOf(commitLog, transaction) < scn) + 1;
}

/** The last of the transactions 1 to `newest` for which it holds, as for all before; 0 where it holds for none. */
function lastWhere(newest: number, holds: (transaction: number) => boolean): number {
  let [low, high] = [0, newest + 1];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Microseconds since 1970 UTC; 0 for the empty database that all transactions follow. */
export function committedAt(commitLog: CommitLog, transaction: number): number {
  return read(commitLog, transaction, COMMITTED_AT_COLUMN);
}

/** The number of the transaction's last change, and of all before it where it made none. */
export function lastScnOf(commitLog: CommitLog, transaction: number): number {
  return read(commitLog, transaction, SCN_COLUMN);
}

function read({ table }: CommitLog, transaction: number, column: number): number {
  if (transaction === 0) return 0;
  const location = table.find({ transaction: Number.MAX_SAFE_INTEGER }, transaction);
  assert(location >= 0, 'the commit log has every transaction');
  return Number(table.valueAt(location, column));
}

function timeText(micros: number): string {
  const date = new Date(micros / 1000);
  return Number.isNaN(date.getTime()) ? `${micros} microseconds` : date.toISOString();
}
