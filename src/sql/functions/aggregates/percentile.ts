import { NO_DOUBLES } from '../../../base/empty-arrays.ts';
import { HeliosError } from '../../../base/errors.ts';
import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf, STATIC_TYPES } from '../../expressions/static-type.ts';
import { wholeNumber } from '../../expressions/values/numeric-text.ts';
import type { AggregateDefinition, AggregateState } from './definition.ts';
import { forEachRow } from './rows.ts';
import { numericArgument } from './sum.ts';

interface PercentileForm {
  readonly name: string;
  /** What the fraction goes up to; null for the median, which takes none. */
  readonly upTo: 1 | 100 | null;
  /** A value that is there, rather than one between two. */
  readonly isDiscrete: boolean;
}

/** Fractions that differ by less are the same. */
const SAME_FRACTION = 0.001;

const GROUP_BYTES = 128;

/** The numbers of a group: those in order, and those that came since. */
interface Numbers {
  sorted: Float64Array;
  added: number[];
  fraction: number | null;
}

/** median, percentile, percentile_cont and percentile_disc: SQLite's percentile.c, with its errors. */
class PercentileState implements AggregateState {
  private readonly form: PercentileForm;
  private readonly physical: readonly PhysicalKind[];
  private readonly groups: Numbers[] = [];
  private count = 0;

  constructor(form: PercentileForm, physical: readonly PhysicalKind[]) {
    this.form = form;
    this.physical = physical;
  }

  ensureGroups(groupCount: number): void {
    while (this.groups.length < groupCount) {
      this.groups.push({ sorted: NO_DOUBLES, added: [], fraction: this.form.upTo === null ? 0.5 : null });
    }
  }

  update(
    groupIds: Uint32Array | null,
    args: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    const { form, physical } = this;
    forEachRow(groupIds, selection, count, (group, row) => {
      const numbers = this.groups[group];
      if (form.upTo !== null) keepFraction(form, numbers, valueAt(args[1], physical[1], row));
      const value = valueAt(args[0], physical[0], row);
      if (value === null) return;
      if (typeof value !== 'number' && typeof value !== 'bigint') throw wrong(form, 'takes numbers, not text or blobs');
      const number = Number(value);
      if (!Number.isFinite(number)) throw wrong(form, 'takes finite numbers');
      numbers.added.push(number);
      this.count++;
    });
  }

  /** Numbers as they came, and in order. */
  sizeBytes(): number {
    return this.groups.length * GROUP_BYTES + this.count * 2 * Float64Array.BYTES_PER_ELEMENT;
  }

  result(group: number): SqlValue {
    const numbers = this.groups[group];
    const values = inOrder(numbers);
    if (values.length === 0) return null;
    const at = (numbers.fraction as number) * (values.length - 1);
    const index = Math.floor(at);
    const [low, high] = [values[index], values[Math.min(index + 1, values.length - 1)]];
    return this.form.isDiscrete || at === index ? low : low + (high - low) * (at - index);
  }
}

function wrong({ name }: PercentileForm, what: string): HeliosError {
  return new HeliosError('INVALID_VALUE', `${name}() ${what}`);
}

function keepFraction(form: PercentileForm, numbers: Numbers, value: SqlValue): void {
  const upTo = form.upTo as number;
  const number = typeof value === 'string' ? wholeNumber(value) : value;
  const fraction = typeof number === 'number' || typeof number === 'bigint' ? Number(number) / upTo : Number.NaN;
  if (!(fraction >= 0 && fraction <= 1)) throw wrong(form, `takes a fraction between 0.0 and ${upTo}.0`);
  if (numbers.fraction === null) numbers.fraction = fraction;
  else if (Math.abs(numbers.fraction - fraction) > SAME_FRACTION) {
    throw wrong(form, 'takes the same fraction for all rows of a group');
  }
}

/** What came since is merged in, so that a result for each row of a window stays linear. */
function inOrder(numbers: Numbers): Float64Array {
  if (numbers.added.length === 0) return numbers.sorted;
  const added = Float64Array.from(numbers.added).sort();
  const { sorted } = numbers;
  const merged = new Float64Array(sorted.length + added.length);
  for (let i = 0, j = 0; i + j < merged.length; ) {
    const takesAdded = i === sorted.length || (j < added.length && added[j] < sorted[i]);
    merged[i + j] = takesAdded ? added[j] : sorted[i];
    if (takesAdded) j++;
    else i++;
  }
  numbers.sorted = merged;
  numbers.added = [];
  return merged;
}

function percentile(form: PercentileForm): AggregateDefinition {
  const argumentCount = form.upTo === null ? 1 : 2;
  return {
    name: form.name,
    minArguments: argumentCount,
    maxArguments: argumentCount,
    resultType: (types) => {
      numericArgument(form.name, types);
      return STATIC_TYPES.REAL;
    },
    create: ({ argumentTypes }) => new PercentileState(form, argumentTypes.map(physicalKindOf)),
  };
}

export const PERCENTILE_AGGREGATES: readonly AggregateDefinition[] = [
  percentile({ name: 'median', upTo: null, isDiscrete: false }),
  percentile({ name: 'percentile', upTo: 100, isDiscrete: false }),
  percentile({ name: 'percentile_cont', upTo: 1, isDiscrete: false }),
  percentile({ name: 'percentile_disc', upTo: 1, isDiscrete: true }),
];
