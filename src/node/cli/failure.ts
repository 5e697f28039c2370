import { isHeliosError } from '../../base/errors.ts';

/** What a person reads after a failure: what, where and what to do, without a stack. A bug of ours keeps its stack. */
export function failureText(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(failureText).join('\n');
  if (!isHeliosError(error)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  const { message, hint } = error;
  return hint === undefined || message.includes(hint) ? `Error: ${message}` : `Error: ${message}\n${hint}`;
}
