import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import type { PresentOptions } from '../../expressions/coercion/present.ts';
import { physicalKindOf, type StaticType } from '../../expressions/static-type.ts';
import type { AggregateDefinition, AggregateState } from '../aggregates/definition.ts';
import type { UserFunctions } from '../user-functions.ts';
import { type ArityOptions, arityOf, checkedFunction, checkedOptions } from './options.ts';
import { argumentReader, namedType, resultReader } from './values.ts';

const OPTIONS = ['init', 'step', 'inverse', 'final', 'arity', 'varargs', 'nullPropagating', 'returns'];

type Code = (...args: unknown[]) => unknown;

/** The code of an aggregate, and how its values come and go. */
interface Aggregation {
  readonly name: string;
  readonly functions: UserFunctions;
  readonly init: Code;
  readonly step: Code;
  readonly inverse: Code | null;
  readonly final: Code;
  readonly skipsNulls: boolean;
  readonly read: (value: unknown) => SqlValue;
}

class UserState implements AggregateState {
  /** Takes rows of group 0 back; absent where the user has not said how. */
  readonly remove?: (args: readonly ColumnVector[], rows: Uint32Array, count: number) => void;
  private readonly aggregation: Aggregation;
  private readonly physical: readonly PhysicalKind[];
  private readonly values: (args: readonly SqlValue[]) => unknown[];
  private readonly states: unknown[] = [];

  constructor(aggregation: Aggregation, types: readonly StaticType[], present: PresentOptions) {
    this.aggregation = aggregation;
    this.physical = types.map(physicalKindOf);
    this.values = argumentReader(types, present);
    const { inverse } = aggregation;
    if (inverse !== null) {
      this.remove = (args, rows, count) => {
        for (let i = 0; i < count; i++) this.apply(inverse, 0, args, rows[i]);
      };
    }
  }

  ensureGroups(groupCount: number): void {
    const { name, functions, init } = this.aggregation;
    while (this.states.length < groupCount) this.states.push(functions.call(name, () => init()));
  }

  update(
    groupIds: Uint32Array | null,
    args: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    const { step } = this.aggregation;
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i];
      this.apply(step, groupIds === null ? 0 : groupIds[row], args, row);
    }
  }

  result(group: number): SqlValue {
    const { name, functions, final, read } = this.aggregation;
    return read(functions.call(name, () => final(this.states[group])));
  }

  /** A step that returns nothing has changed the state itself. */
  private apply(code: Code, group: number, args: readonly ColumnVector[], row: number): void {
    const { name, functions, skipsNulls } = this.aggregation;
    const values = this.physical.map((kind, i) => valueAt(args[i], kind, row));
    if (skipsNulls && values.includes(null)) return;
    const next = functions.call(name, () => code(this.states[group], ...this.values(values)));
    if (next !== undefined) this.states[group] = next;
  }
}

export function userAggregate(
  name: string,
  options: unknown,
  functions: UserFunctions,
  present: PresentOptions,
): AggregateDefinition {
  const given = checkedOptions(options, 'aggregate()', OPTIONS);
  const step = checkedFunction(given.step, 'the option step');
  const type = namedType(given.returns, 'returns');
  const [minArguments, maxArguments] = arityOf(given as ArityOptions, Math.max(0, step.length - 1));
  const aggregation: Aggregation = {
    name,
    functions,
    init: given.init === undefined ? () => null : checkedFunction(given.init, 'the option init'),
    step,
    inverse: given.inverse === undefined ? null : checkedFunction(given.inverse, 'the option inverse'),
    final: given.final === undefined ? (state) => state : checkedFunction(given.final, 'the option final'),
    skipsNulls: given.nullPropagating === true,
    read: resultReader(name, type),
  };
  return {
    name,
    minArguments,
    maxArguments,
    resultType: () => type,
    create: ({ argumentTypes }) => new UserState(aggregation, argumentTypes, present),
  };
}
