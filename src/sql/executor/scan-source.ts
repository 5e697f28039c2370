import type { ColumnVector } from '../../engine/column/vector.ts';
import type { ScanBatch } from '../../engine/table/access.ts';
import { LOCATION_COLUMN } from '../binder/logical-plan.ts';
import type { Batch } from '../expressions/batch.ts';
import { LazyBatch } from './gather.ts';

/** The columns that a scan asks the engine for, and where each column of the plan comes from. */
export interface ScanColumns {
  readonly stored: readonly number[];
  /** Per column of the plan its position in `stored`; -1: the location. */
  readonly sources: readonly number[];
}

export function scanColumns(tableColumns: readonly number[]): ScanColumns {
  const stored = tableColumns.filter((column) => column !== LOCATION_COLUMN);
  return { stored, sources: tableColumns.map((column) => stored.indexOf(column)) };
}

/** A scan's batch as the plan's columns: itself, unless the location is one of them. */
export function scanBatch(batch: ScanBatch, { sources, stored }: ScanColumns): Batch {
  if (sources.length === stored.length) return batch;
  return new LazyBatch(
    batch.rowCount,
    (i) => (sources[i] < 0 ? locationsOf(batch) : batch.column(sources[i])),
    batch.selection,
    batch.selectedCount,
  );
}

/** Locations are exact as doubles: a source's positions stay below 2^32, and sources below 2^20. */
function locationsOf(batch: ScanBatch): ColumnVector {
  if (batch.locations !== null) return { kind: 'number', values: batch.locations, nulls: null };
  const values = new Float64Array(batch.rowCount);
  const base = batch.locationBase;
  for (let i = 0; i < values.length; i++) values[i] = base + i;
  return { kind: 'number', values, nulls: null };
}
