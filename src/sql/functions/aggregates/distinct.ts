import { NO_UINTS } from '../../../base/empty-arrays.ts';
import type { Collation, PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, type DictionaryVector, type NumberVector, valueAt } from '../../../engine/column/vector.ts';
import { valueKey } from '../../expressions/values/value-key.ts';
import type { AggregateState } from './definition.ts';

const SET_BYTES = 256;
const SEEN_BYTES = 64;

type Key = number | bigint | string | null;

/** Hands on the rows whose value is new to their group. NULLs are never new unless the aggregate counts them. */
export class DistinctState implements AggregateState {
  private readonly inner: AggregateState;
  private readonly physical: PhysicalKind;
  private readonly collation: Collation;
  private readonly countsNulls: boolean;
  private readonly seen: Set<Key>[] = [];
  /** The dictionary for which `seenCodes` holds, per group, the codes that have been looked up already. */
  private dictionary: readonly string[] | null = null;
  private seenCodes: Set<number>[] = [];
  private rows = NO_UINTS;
  private seenCount = 0;

  constructor(inner: AggregateState, physical: PhysicalKind, collation: Collation, countsNulls: boolean) {
    this.inner = inner;
    this.physical = physical;
    this.collation = collation;
    this.countsNulls = countsNulls;
  }

  ensureGroups(groupCount: number): void {
    this.inner.ensureGroups(groupCount);
    while (this.seen.length < groupCount) this.seen.push(new Set());
  }

  update(
    groupIds: Uint32Array | null,
    args: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    if (this.rows.length < count) this.rows = new Uint32Array(count);
    const [vector] = args;
    let fresh: number;
    if (this.countsNulls) fresh = this.freshValues(vector, groupIds, selection, count);
    else if (vector.kind === 'dictionary') fresh = this.freshTexts(vector, groupIds, selection, count);
    else if (vector.kind === 'number') fresh = freshNumbers(this.seen, vector, groupIds, selection, count, this.rows);
    else fresh = this.freshValues(vector, groupIds, selection, count);
    this.seenCount += fresh;
    if (fresh > 0) this.inner.update(groupIds, args, this.rows, fresh);
  }

  /** A Set for each group, and in it what the group has seen. */
  sizeBytes(): number {
    return this.seen.length * SET_BYTES + this.seenCount * SEEN_BYTES + (this.inner.sizeBytes?.() ?? 0);
  }

  result(group: number): SqlValue {
    return this.inner.result(group);
  }

  private freshTexts(
    vector: DictionaryVector,
    groupIds: Uint32Array | null,
    selection: Uint32Array | null,
    count: number,
  ): number {
    const { codes, dictionary, nulls } = vector;
    if (dictionary !== this.dictionary) {
      this.dictionary = dictionary;
      this.seenCodes = [];
    }
    while (this.seenCodes.length < this.seen.length) this.seenCodes.push(new Set());
    let fresh = 0;
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i];
      if (nulls !== null && nulls[row] === 1) continue;
      const group = groupIds === null ? 0 : groupIds[row];
      const code = codes[row];
      if (this.seenCodes[group].has(code)) continue;
      this.seenCodes[group].add(code);
      if (isFresh(this.seen[group], valueKey(dictionary[code], this.collation))) this.rows[fresh++] = row;
    }
    return fresh;
  }

  private freshValues(
    vector: ColumnVector,
    groupIds: Uint32Array | null,
    selection: Uint32Array | null,
    count: number,
  ): number {
    let fresh = 0;
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i];
      const value = valueAt(vector, this.physical, row);
      if (value === null && !this.countsNulls) continue;
      const group = groupIds === null ? 0 : groupIds[row];
      if (isFresh(this.seen[group], valueKey(value, this.collation))) this.rows[fresh++] = row;
    }
    return fresh;
  }
}

function isFresh(seen: Set<Key>, key: Key): boolean {
  const before = seen.size;
  seen.add(key);
  return seen.size > before;
}

/** A double is its own key: integers in a number vector are safe ones, and beyond them valueKey yields bigints. */
function freshNumbers(
  seen: readonly Set<Key>[],
  { values, nulls }: NumberVector,
  groupIds: Uint32Array | null,
  selection: Uint32Array | null,
  count: number,
  out: Uint32Array,
): number {
  let fresh = 0;
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    if (nulls !== null && nulls[row] === 1) continue;
    const group = groupIds === null ? 0 : groupIds[row];
    if (isFresh(seen[group], values[row])) out[fresh++] = row;
  }
  return fresh;
}
