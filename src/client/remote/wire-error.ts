import { ERROR_CODES, type ErrorCode, HeliosError } from '../../base/errors.ts';

/** An error as plain data: structured clone keeps neither the class nor the fields of a HeliosError. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly position?: number;
  readonly hint?: string;
  /** Where it was thrown, for people. */
  readonly stack?: string;
  /** The text of the cause: causes may be anything, and need not survive a clone. */
  readonly cause?: string;
}

export function toWireError(error: unknown): WireError {
  const known = error instanceof HeliosError ? error : unexpected(error);
  return {
    code: known.code,
    message: known.message,
    ...(known.position === undefined ? {} : { position: known.position }),
    ...(known.hint === undefined ? {} : { hint: known.hint }),
    ...(known.stack === undefined ? {} : { stack: known.stack }),
    ...(known.cause === undefined ? {} : { cause: String(known.cause) }),
  };
}

export function fromWireError(wire: WireError): HeliosError {
  const code = wire.code in ERROR_CODES ? wire.code : 'INTERNAL';
  const error = new HeliosError(code, wire.message, {
    ...(wire.position === undefined ? {} : { position: wire.position }),
    ...(wire.hint === undefined ? {} : { hint: wire.hint }),
    ...(wire.cause === undefined ? {} : { cause: new Error(wire.cause) }),
  });
  if (wire.stack !== undefined) error.stack = `${error.stack ?? ''}\n    in the worker: ${wire.stack}`;
  return error;
}

/** Anything that is no HeliosError is a bug of ours, or of the host. */
function unexpected(error: unknown): HeliosError {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new HeliosError('INTERNAL', `internal error: ${text}`, { cause: error });
}
