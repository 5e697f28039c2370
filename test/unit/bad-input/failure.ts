import { expect } from 'vitest';
import { ERROR_CODES, type ErrorCode, HeliosError } from '../../../src/base/errors.ts';
import type { SyncDatabase } from '../../../src/node.ts';

/** What the action throws, which must be one of ours with the SQLSTATE of its code. */
export function failure(action: () => unknown): HeliosError {
  try {
    action();
  } catch (error) {
    if (!(error instanceof HeliosError)) throw error;
    expect(error.sqlState).toBe(ERROR_CODES[error.code]);
    expect(error.code).not.toBe('INTERNAL');
    return error;
  }
  throw new Error('nothing was thrown');
}

/** The action fails with that code and a message that has the fragment, and the database goes on. */
export function expectFailure(db: SyncDatabase, action: () => unknown, code: ErrorCode, fragment = ''): HeliosError {
  const error = failure(action);
  expect(`${error.code}: ${error.message}`).toContain(`${code}: `);
  expect(error.message).toContain(fragment);
  expect(db.query('SELECT 40 + 2 AS alive').rows).toEqual([{ alive: 42 }]);
  return error;
}

/** As a user reads it on the terminal. */
export function readable(error: HeliosError): string {
  const hint = error.hint === undefined || error.message.includes(error.hint) ? '' : `\nhint: ${error.hint}`;
  return `${error.code} ${error.message}${hint}`;
}
