import { HeliosError, isHeliosError } from '../../base/errors.ts';

/**
 * Binds an expression that a definition holds. A function that is not there says where it is needed: the definition may
 * be older than the session, and functions of users are registered anew each time.
 */
export function bindStored<Result>(what: string, bind: () => Result): Result {
  try {
    return bind();
  } catch (error) {
    if (!isHeliosError(error, 'FUNCTION_NOT_FOUND')) throw error;
    throw new HeliosError('FUNCTION_NOT_FOUND', `${what}: ${error.message}`, {
      hint: 'If it is a function of yours, register it before the table is used: db.function(…) each time it is opened.',
      cause: error,
    });
  }
}
