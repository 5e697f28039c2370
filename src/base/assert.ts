import { HeliosError } from './errors.ts';

/** States an invariant of our own. User input must never be able to break one; a failure is a bug, reported as INTERNAL. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new HeliosError('INTERNAL', `internal error: ${message}`);
}

/** The `default` of a switch over a closed union: the compiler proves that no kind was forgotten. */
export function unreachable(value: never, what: string): never {
  throw new HeliosError('INTERNAL', `internal error: unexpected ${what}: ${String(value)}`);
}
