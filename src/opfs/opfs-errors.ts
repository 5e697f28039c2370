import { HeliosError } from '../base/errors.ts';

/** The name of a DOMException or Error, and '' for anything else. QuotaExceededError is a class of its own in new browsers. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** Our error for what an access handle or a directory threw. */
export function opfsError(error: unknown, name: string, doing: string): HeliosError {
  if (error instanceof HeliosError) return error;
  const kind = errorName(error);
  if (kind === 'QuotaExceededError') return quotaError(name, doing, error);
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new HeliosError('IO', `${name}: cannot ${doing} the file: ${detail}`, { cause: error });
}

export function quotaError(name: string, doing: string, cause?: unknown): HeliosError {
  const message = `${name}: cannot ${doing} the file: the browser's quota for this site is used up; delete data or ask for persistent storage`;
  return new HeliosError('QUOTA_EXCEEDED', message, cause === undefined ? {} : { cause });
}

export function unavailable(reason: string, cause?: unknown): HeliosError {
  const message = `no origin-private file system here: ${reason}`;
  return new HeliosError('OPFS_UNAVAILABLE', message, cause === undefined ? {} : { cause });
}
