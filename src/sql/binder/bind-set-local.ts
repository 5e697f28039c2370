import type { SetLocalStatement } from '../ast/history.ts';
import { bindStandalone } from './bind-snapshot.ts';
import { type Binder, bindError } from './binder.ts';
import type { BoundSetLabel } from './bound-statement.ts';
import { sameName } from './names.ts';
import { didYouMean } from './near-miss.ts';

/** The one name that SET LOCAL knows. */
const LABEL = 'transaction_label';

export function bindSetLocal({ setting, value }: SetLocalStatement, binder: Binder): BoundSetLabel {
  if (!sameName(setting.name, LABEL)) {
    const message = `a transaction has no setting "${setting.name}"${didYouMean(setting.name, [LABEL])}`;
    throw bindError('INVALID_STATEMENT', message, setting, `There is ${LABEL}.`);
  }
  return { kind: 'set-label', label: bindStandalone(value, binder, 'SET LOCAL') };
}
