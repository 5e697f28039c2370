import type { HeliosError } from '../../base/errors.ts';
import type { ConflictPolicy } from '../../engine/catalog/definitions.ts';

/** What becomes of earlier work when a statement fails: FAIL keeps it, ROLLBACK takes the whole transaction back. */
export type StopScope = 'fail' | 'rollback';

/**
 * Carries an error out of a statement whose policy is not the usual one, which is to undo the statement alone. The
 * session acts by the scope, and throws the error itself.
 */
export class ConflictStop extends Error {
  override readonly name = 'ConflictStop';
  readonly error: HeliosError;
  readonly scope: StopScope;

  constructor(error: HeliosError, scope: StopScope) {
    super(error.message, { cause: error });
    this.error = error;
    this.scope = scope;
  }
}

/** What to throw for a violation under a policy that does not let the statement go on. */
export function stopBy(policy: ConflictPolicy, error: HeliosError): Error {
  return policy === 'fail' || policy === 'rollback' ? new ConflictStop(error, policy) : error;
}
