import { compareValues } from '../column/compare.ts';
import type { ColumnValue } from '../column/types.ts';
import type { ZoneMap } from './segment-format.ts';

/** The zone map of all the rows of some. A bound that is unknown in one of them is unknown. */
export function mergeZoneMaps(zones: readonly ZoneMap[]): ZoneMap {
  let rowCount = 0;
  let nullCount = 0;
  let min: ColumnValue = null;
  let max: ColumnValue = null;
  let minKnown = true;
  let maxKnown = true;
  for (const zone of zones) {
    rowCount += zone.rowCount;
    nullCount += zone.nullCount;
    if (zone.nullCount === zone.rowCount) continue;
    if (zone.min === null) minKnown = false;
    else if (min === null || compareValues(zone.min, min) < 0) min = zone.min;
    if (zone.max === null) maxKnown = false;
    else if (max === null || compareValues(zone.max, max) > 0) max = zone.max;
  }
  return { rowCount, nullCount, min: minKnown ? min : null, max: maxKnown ? max : null };
}
