import { HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import { setLabel } from '../../engine/history/labels.ts';
import type { BoundSetLabel } from '../binder/bound-statement.ts';
import type { Arguments } from '../parameters.ts';
import type { Session } from '../session.ts';
import { evaluatorOf } from './standalone-evaluator.ts';

/** SET LOCAL transaction_label: what is undone, by a savepoint too, takes its label with it. */
export function runSetLabel({ label }: BoundSetLabel, session: Session, given: Arguments): void {
  if (!session.inTransaction) {
    throw new HeliosError('NO_ACTIVE_TRANSACTION', 'SET LOCAL needs a transaction: none is open', {
      hint: 'BEGIN one first.',
    });
  }
  const value = evaluatorOf(label, session)(given);
  if (value !== null && typeof value !== 'string') {
    throw new HeliosError('TYPE_MISMATCH', 'transaction_label takes a text, or NULL for none');
  }
  if (value !== null && value.length > LIMITS.labelLength) {
    throw new HeliosError('LIMIT_EXCEEDED', `a transaction's label has at most ${LIMITS.labelLength} characters`);
  }
  session.write((transaction) => {
    setLabel(transaction, value);
    return undefined;
  });
}
