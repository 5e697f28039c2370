import { HeliosError } from '../../base/errors.ts';
import type { ConflictPolicy } from '../../engine/catalog/definitions.ts';
import { stopBy } from '../expressions/conflict-stop.ts';
import { textOf } from '../expressions/values/text.ts';
import { define, present } from './define.ts';
import type { ScalarFunctionDefinition } from './definition.ts';

/** RAISE(IGNORE): the row that set the trigger off is left as it is, and so is the rest of the trigger. */
export class RaisedIgnore extends Error {
  override readonly name = 'RaisedIgnore';
}

/** RAISE(action, message) of a trigger's body, as a function of the message. Never returns. */
export function raiseFunction(policy: ConflictPolicy): ScalarFunctionDefinition {
  return define(
    'raise',
    [0, 1],
    'NULL',
    (args) => {
      if (policy === 'ignore') throw new RaisedIgnore();
      const [message] = args;
      const text = message === null ? '' : textOf(present(message));
      throw stopBy(policy, new HeliosError('RAISED', text));
    },
    { deterministic: false, nullPropagating: false },
  );
}
