import { NO_DOUBLES } from '../../../base/empty-arrays.ts';
import type { Collation, PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, type DictionaryVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf } from '../../expressions/static-type.ts';
import { collator, compareValues } from '../../expressions/values/compare.ts';
import { type AggregateDefinition, type AggregateState, grownNumbers } from './definition.ts';

/** min and max. `sign` is 1 for max, -1 for min. */
export class ExtremeState implements AggregateState {
  readonly sign: 1 | -1;
  private readonly physical: PhysicalKind;
  private readonly collation: Collation;
  private readonly compareTexts: (a: string, b: string) => number;
  /** For number vectors; NaN where there is no value, since NaN compares with none. */
  numbers: Float64Array = NO_DOUBLES;
  /** For all other vectors. */
  private readonly values: SqlValue[] = [];
  private hasOthers = false;

  constructor(sign: 1 | -1, physical: PhysicalKind, collation: Collation) {
    this.sign = sign;
    this.physical = physical;
    this.collation = collation;
    this.compareTexts = collator(collation);
  }

  ensureGroups(groupCount: number): void {
    const before = this.numbers.length;
    this.numbers = grownNumbers(this.numbers, groupCount);
    this.numbers.fill(Number.NaN, before);
    while (this.values.length < groupCount) this.values.push(null);
  }

  update(
    groupIds: Uint32Array | null,
    [vector]: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    if (vector.kind === 'number') {
      const keep = this.sign === 1 ? greatestNumbers : leastNumbers;
      keep(this.numbers, vector.values, vector.nulls, groupIds, selection, count);
      return;
    }
    this.hasOthers = true;
    if (vector.kind === 'dictionary') this.updateTexts(vector, groupIds, selection, count);
    else this.updateValues(vector, groupIds, selection, count);
  }

  result(group: number): SqlValue {
    const value = this.values[group];
    const known = this.numbers[group];
    if (Number.isNaN(known)) return value;
    const number = this.physical === 'real' ? known : BigInt(known);
    return value !== null && compareValues(value, number, this.collation) * this.sign > 0 ? value : number;
  }

  resultVector(groups: Int32Array): ColumnVector | null {
    if (this.hasOthers || (this.physical !== 'real' && this.physical !== 'integer')) return null;
    const values = new Float64Array(groups.length);
    let nulls: Uint8Array | null = null;
    for (let k = 0; k < values.length; k++) {
      values[k] = this.numbers[groups[k]];
      if (!Number.isNaN(values[k])) continue;
      nulls ??= new Uint8Array(values.length);
      nulls[k] = 1;
    }
    return { kind: 'number', values, nulls };
  }

  private updateTexts(
    { codes, dictionary, nulls }: DictionaryVector,
    groupIds: Uint32Array | null,
    selection: Uint32Array | null,
    count: number,
  ): void {
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i];
      if (nulls !== null && nulls[row] === 1) continue;
      const group = groupIds === null ? 0 : groupIds[row];
      const text = dictionary[codes[row]];
      const best = this.values[group] as string | null;
      if (best === text) continue;
      if (best === null || this.compareTexts(text, best) * this.sign > 0) this.values[group] = text;
    }
  }

  private updateValues(
    vector: ColumnVector,
    groupIds: Uint32Array | null,
    selection: Uint32Array | null,
    count: number,
  ): void {
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i];
      const value = valueAt(vector, this.physical, row);
      if (value === null) continue;
      const group = groupIds === null ? 0 : groupIds[row];
      const best = this.values[group];
      if (best === null || compareValues(value, best, this.collation) * this.sign > 0) this.values[group] = value;
    }
  }
}

function greatestNumbers(
  best: Float64Array,
  values: Float64Array,
  nulls: Uint8Array | null,
  groupIds: Uint32Array | null,
  selection: Uint32Array | null,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    if (nulls !== null && nulls[row] === 1) continue;
    const group = groupIds === null ? 0 : groupIds[row];
    const value = values[row];
    if (!(value <= best[group])) best[group] = value;
  }
}

function leastNumbers(
  best: Float64Array,
  values: Float64Array,
  nulls: Uint8Array | null,
  groupIds: Uint32Array | null,
  selection: Uint32Array | null,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    if (nulls !== null && nulls[row] === 1) continue;
    const group = groupIds === null ? 0 : groupIds[row];
    const value = values[row];
    if (!(value >= best[group])) best[group] = value;
  }
}

function extreme(name: 'min' | 'max', sign: 1 | -1): AggregateDefinition {
  return {
    name,
    decimals: 'keep',
    overRanges: name,
    minArguments: 1,
    maxArguments: 1,
    resultType: (types) => types[0],
    create: ({ argumentTypes, collation }) => new ExtremeState(sign, physicalKindOf(argumentTypes[0]), collation),
  };
}

export const EXTREME_AGGREGATES: readonly AggregateDefinition[] = [extreme('min', -1), extreme('max', 1)];
