import type { ColumnValue, PhysicalKind } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import { LOCATION_SOURCE } from './access.ts';
import { columnValueAt } from './delta-column.ts';
import { type ScanSources, sourceAt } from './table-scan.ts';
import { columnVectorOf } from './vector-builder.ts';

/** Rows of one source: which of the located rows they are, and where they lie in it. */
interface Part {
  readonly source: number;
  /** null: all of them. */
  readonly rows: readonly number[] | null;
  readonly positions: Uint32Array;
}

/** Rows that a probe has found, to be read column by column. */
export class LocatedRows {
  private readonly sources: ScanSources;
  private readonly physicalOf: (column: number) => PhysicalKind;
  private readonly count: number;
  private readonly parts: readonly Part[];

  /** The rows at the first `count` locations, which may change afterwards. */
  constructor(
    sources: ScanSources,
    physicalOf: (column: number) => PhysicalKind,
    locations: Float64Array,
    count: number,
  ) {
    this.sources = sources;
    this.physicalOf = physicalOf;
    this.count = count;
    const only = onlyPart(locations, count);
    this.parts = only === null ? partsOf(locations, count) : [only];
  }

  column(column: number): ColumnVector {
    const { parts, count } = this;
    if (parts[0].rows === null) return this.columnOf(parts[0], column);
    const vectors = parts.map((part) => this.columnOf(part, column));
    if (vectors.every((vector) => vector.kind === 'number')) return joinedNumbers(parts, vectors, count);
    const values: ColumnValue[] = new Array(count);
    parts.forEach(({ rows }, p) => {
      rows?.forEach((row, i) => {
        values[row] = columnValueAt(vectors[p], i);
      });
    });
    return columnVectorOf(this.physicalOf(column), values);
  }

  private columnOf({ source, positions }: Part, column: number): ColumnVector {
    const from = sourceAt(this.sources, source * LOCATION_SOURCE);
    const gathered = from.gather(column, positions);
    if (gathered !== null) return gathered;
    const values: ColumnValue[] = new Array(positions.length);
    for (let i = 0; i < values.length; i++) values[i] = from.read(column, positions[i]);
    return columnVectorOf(this.physicalOf(column), values);
  }
}

/** null: the locations are in several sources. */
function onlyPart(locations: Float64Array, count: number): Part | null {
  const source = count === 0 ? 0 : Math.floor(locations[0] / LOCATION_SOURCE);
  const base = source * LOCATION_SOURCE;
  const positions = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const position = locations[i] - base;
    if (position < 0 || position >= LOCATION_SOURCE) return null;
    positions[i] = position;
  }
  return { source, rows: null, positions };
}

function partsOf(locations: Float64Array, count: number): readonly Part[] {
  const rowsBySource = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const source = Math.floor(locations[i] / LOCATION_SOURCE);
    const rows = rowsBySource.get(source);
    if (rows === undefined) rowsBySource.set(source, [i]);
    else rows.push(i);
  }
  return [...rowsBySource].map(([source, rows]) => {
    const positions = Uint32Array.from(rows, (row) => locations[row] - source * LOCATION_SOURCE);
    return { source, rows, positions };
  });
}

function joinedNumbers(parts: readonly Part[], vectors: readonly ColumnVector[], count: number): ColumnVector {
  const values = new Float64Array(count);
  let nulls: Uint8Array | null = null;
  for (let p = 0; p < parts.length; p++) {
    const { rows } = parts[p];
    const vector = vectors[p];
    if (vector.kind !== 'number' || rows === null) continue;
    for (let i = 0; i < rows.length; i++) values[rows[i]] = vector.values[i];
    if (vector.nulls === null) continue;
    nulls ??= new Uint8Array(count);
    for (let i = 0; i < rows.length; i++) nulls[rows[i]] = vector.nulls[i];
  }
  return { kind: 'number', values, nulls };
}
