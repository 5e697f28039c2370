import type { ColumnValue, PhysicalKind } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import { LOCATION_SOURCE } from './access.ts';
import { columnValueAt } from './delta-column.ts';
import type { ScanSources } from './table-scan.ts';
import { columnVectorOf } from './vector-builder.ts';

/** The values of a column at the first `count` locations. */
export function columnAt(
  sources: ScanSources,
  column: number,
  physical: PhysicalKind,
  locations: Float64Array,
  count: number,
): ColumnVector {
  const source = count === 0 ? 0 : Math.floor(locations[0] / LOCATION_SOURCE);
  const base = source * LOCATION_SOURCE;
  const positions = new Uint32Array(count);
  let isOne = true;
  for (let i = 0; i < count; i++) {
    const position = locations[i] - base;
    if (position < 0 || position >= LOCATION_SOURCE) {
      isOne = false;
      break;
    }
    positions[i] = position;
  }
  return isOne
    ? columnOf(sources, source, column, physical, positions)
    : columnOfMany(sources, column, physical, locations, count);
}

function columnOf(
  sources: ScanSources,
  source: number,
  column: number,
  physical: PhysicalKind,
  positions: Uint32Array,
): ColumnVector {
  if (source === 0) return sources.delta.gather(column, positions);
  const segment = sources.segments[source - 1];
  const gathered = segment.gather(column, positions);
  if (gathered !== null) return gathered;
  const values: ColumnValue[] = new Array(positions.length);
  for (let i = 0; i < values.length; i++) values[i] = segment.read(column, positions[i]);
  return columnVectorOf(physical, values);
}

/** Source by source, then put together. */
function columnOfMany(
  sources: ScanSources,
  column: number,
  physical: PhysicalKind,
  locations: Float64Array,
  count: number,
): ColumnVector {
  const rowsBySource = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const source = Math.floor(locations[i] / LOCATION_SOURCE);
    const rows = rowsBySource.get(source);
    if (rows === undefined) rowsBySource.set(source, [i]);
    else rows.push(i);
  }
  const parts = [...rowsBySource].map(([source, rows]) => {
    const positions = Uint32Array.from(rows, (row) => locations[row] - source * LOCATION_SOURCE);
    return { rows, vector: columnOf(sources, source, column, physical, positions) };
  });
  if (parts.every(({ vector }) => vector.kind === 'number')) return joinedNumbers(parts, count);
  const values: ColumnValue[] = new Array(count);
  for (const { rows, vector } of parts) {
    for (let i = 0; i < rows.length; i++) values[rows[i]] = columnValueAt(vector, i);
  }
  return columnVectorOf(physical, values);
}

interface Part {
  readonly rows: readonly number[];
  readonly vector: ColumnVector;
}

function joinedNumbers(parts: readonly Part[], count: number): ColumnVector {
  const values = new Float64Array(count);
  let nulls: Uint8Array | null = null;
  for (const { rows, vector } of parts) {
    if (vector.kind !== 'number') continue;
    for (let i = 0; i < rows.length; i++) values[rows[i]] = vector.values[i];
    if (vector.nulls === null) continue;
    nulls ??= new Uint8Array(count);
    for (let i = 0; i < rows.length; i++) nulls[rows[i]] = vector.nulls[i];
  }
  return { kind: 'number', values, nulls };
}
