import type { Collation, SqlValue } from '../../../engine/column/types.ts';
import type { ColumnVector } from '../../../engine/column/vector.ts';
import type { StaticType } from '../../expressions/static-type.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';

export type RangeKind = 'count' | 'sum' | 'avg' | 'total' | 'min' | 'max';

/** One aggregate function. Definitions are listed per family and collected in `functions/registry.ts`. */
export interface AggregateDefinition {
  /** Lower case. */
  readonly name: string;
  readonly minArguments: number;
  readonly maxArguments: number;
  /** 'keep': takes DECIMALs as they are. Otherwise they arrive as REALs. */
  readonly decimals?: 'keep';
  /** Which of the ways that windows have for frames that move gives its values; absent: it sees the rows one by one. */
  readonly overRanges?: RangeKind;
  /** It has a value for any rows: no error can come of it. */
  readonly isTotal?: true;
  /** NULL is a value among the others, for DISTINCT too. */
  readonly countsNulls?: true;
  /** Throws TYPE_MISMATCH for types that the aggregate cannot take. */
  resultType(argumentTypes: readonly StaticType[]): StaticType;
  create(options: AggregateOptions): AggregateState;
  /** A state that takes its running values from that of another call over the same rows and argument; null: from none. */
  sharing?(state: AggregateState): AggregateState | null;
  /** Set where the aggregate builds JSON. */
  readonly json?: JsonAggregation;
}

/** How an aggregate that builds JSON stands among functions that take it. */
export interface JsonAggregation {
  /** Arguments by position that arrive as JSON texts. */
  readonly quoted: readonly number[];
  /** The function that makes them. */
  readonly quote: ScalarFunctionDefinition;
  /** The function that says of the result that it is JSON. */
  readonly known: ScalarFunctionDefinition;
}

export interface AggregateOptions {
  readonly argumentTypes: readonly StaticType[];
  /** Of the first argument: min, max and DISTINCT compare with it. */
  readonly collation: Collation;
}

/**
 * The running values of one aggregate for all groups of a grouping. Groups are numbered from 0. Callers first make room
 * (`ensureGroups`), then feed batches; `result` may be asked at any time, and more batches may follow.
 */
export interface AggregateState {
  /** Forgets all groups, and keeps the memory for the next ones. Without it a new state is made instead. */
  clear?(): void;
  /** Makes groups 0 to groupCount - 1 exist; what they hold already stays. */
  ensureGroups(groupCount: number): void;
  /**
   * Adds rows. `groupIds[row]` is the group of row number `row` of the batch; null puts every row into group 0.
   * `selection` names `count` rows; null stands for rows 0 to count - 1. Argument vectors are read, not kept.
   */
  update(
    groupIds: Uint32Array | null,
    args: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void;
  /** Takes rows that were added back out of group 0, oldest first: what makes sliding frames cheap. */
  remove?(args: readonly ColumnVector[], rows: Uint32Array, count: number): void;
  /** Bytes of memory, roughly, of those that keep more than a few numbers for a group. */
  sizeBytes?(): number;
  /** The value for a group; for one without rows what SQL says of no rows. May throw NUMERIC_OVERFLOW. */
  result(group: number): SqlValue;
  /** The values of many groups as a vector of the result's type; null where only {@link result} can tell. */
  resultVector?(groups: Int32Array): ColumnVector | null;
}

/** A Float64Array of at least `length` zeros beyond what `values` holds. */
export function grownNumbers(values: Float64Array, length: number): Float64Array {
  if (values.length >= length) return values;
  // V8 allocates arrays of up to 64 bytes many times quicker than longer ones.
  const grown = new Float64Array(Math.max(length, 2 * values.length, 8));
  grown.set(values);
  return grown;
}
