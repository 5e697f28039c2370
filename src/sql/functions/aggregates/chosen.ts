import type { Collation, PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf } from '../../expressions/static-type.ts';
import { compareValues } from '../../expressions/values/compare.ts';
import { valueKey } from '../../expressions/values/value-key.ts';
import type { AggregateDefinition, AggregateOptions, AggregateState } from './definition.ts';
import { type Fold, FoldState } from './fold.ts';
import { forEachRow } from './rows.ts';

interface ChoiceForm {
  /** 1: where the second argument is greatest, -1: least. */
  readonly sign: 1 | -1;
  /** Of rows that are equal the one that came last, rather than first. */
  readonly takesLater: boolean;
  /** Rows whose value is NULL do not count. */
  readonly skipsNulls: boolean;
}

/** The value of the row whose second argument is the extreme: arg_min, arg_max, first, last. Rows without one do not count. */
class ChoiceState implements AggregateState {
  private readonly form: ChoiceForm;
  private readonly physical: readonly PhysicalKind[];
  private readonly values: SqlValue[] = [];
  private readonly keys: SqlValue[] = [];

  constructor(form: ChoiceForm, physical: readonly PhysicalKind[]) {
    this.form = form;
    this.physical = physical;
  }

  ensureGroups(groupCount: number): void {
    while (this.values.length < groupCount) {
      this.values.push(null);
      this.keys.push(null);
    }
  }

  update(
    groupIds: Uint32Array | null,
    args: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    const { form, physical, keys, values } = this;
    forEachRow(groupIds, selection, count, (group, row) => {
      const key = valueAt(args[1], physical[1], row);
      if (key === null) return;
      const best = keys[group];
      const order = best === null ? 1 : compareValues(key, best, 'BINARY') * form.sign;
      if (order < 0 || (order === 0 && !form.takesLater)) return;
      const value = valueAt(args[0], physical[0], row);
      if (value === null && form.skipsNulls) return;
      keys[group] = key;
      values[group] = value;
    });
  }

  result(group: number): SqlValue {
    return this.values[group];
  }
}

/** any_value: the first that is not NULL. */
const ANY_VALUE: Fold<SqlValue> = {
  begin: () => null,
  add: (first, value) => first ?? value,
  result: (first) => first,
};

type Counts = Map<ReturnType<typeof valueKey>, { readonly value: SqlValue; count: number }>;

/** mode: the value that occurs most often, the least of those that occur as often. NULLs do not count. */
function mode(collation: Collation): Fold<Counts> {
  return {
    valueBytes: 64,
    begin: () => new Map(),
    add: (counts, value) => {
      const key = valueKey(value as Exclude<SqlValue, null>, collation);
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { value, count: 1 });
      else known.count++;
      return counts;
    },
    result: (counts) => {
      let [most, times]: [SqlValue, number] = [null, 0];
      for (const { value, count } of counts.values()) {
        const isMore = count > times || (count === times && compareValues(value, most, collation) < 0);
        if (isMore) [most, times] = [value, count];
      }
      return most;
    },
  };
}

function choice(name: string, form: ChoiceForm): AggregateDefinition {
  return {
    name,
    minArguments: 2,
    maxArguments: 2,
    decimals: 'keep',
    resultType: (types) => types[0],
    create: ({ argumentTypes }) => new ChoiceState(form, argumentTypes.map(physicalKindOf)),
  };
}

function ofOne(name: string, create: (options: AggregateOptions) => AggregateState): AggregateDefinition {
  return { name, minArguments: 1, maxArguments: 1, decimals: 'keep', resultType: (types) => types[0], create };
}

const LEAST: ChoiceForm = { sign: -1, takesLater: false, skipsNulls: true };
const GREATEST: ChoiceForm = { sign: 1, takesLater: false, skipsNulls: true };

/** Aggregates whose result is one of the values. */
export const CHOOSING_AGGREGATES: readonly AggregateDefinition[] = [
  choice('arg_min', LEAST),
  choice('min_by', LEAST),
  choice('arg_max', GREATEST),
  choice('max_by', GREATEST),
  choice('first', { sign: -1, takesLater: false, skipsNulls: false }),
  choice('last', { sign: 1, takesLater: true, skipsNulls: false }),
  ofOne('any_value', (options) => new FoldState(ANY_VALUE, options)),
  ofOne('mode', (options) => new FoldState(mode(options.collation), options)),
];
