import { HeliosError } from '../../base/errors.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import type { FrameEdge, WindowFrame } from '../binder/logical-plan.ts';
import { EMPTY_ROW } from '../expressions/batch.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { applyAffinity } from '../expressions/values/affinity.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { WindowLayout } from './window-partition.ts';

/** Per row the first row of its frame and the one behind the last, before EXCLUDE. Empty: end is not above start. */
export interface FrameBounds {
  readonly start: Int32Array;
  readonly end: Int32Array;
}

/** What RANGE with an offset looks at: the one sort key as numbers, NaN where it is none; ascending unless said. */
export interface RangeKeys {
  readonly values: Float64Array;
  /** The same values where some are whole numbers that a double does not tell from their neighbours. */
  readonly exact: readonly (number | bigint)[] | null;
  readonly descending: boolean;
  /** What an offset of 1 is among the values: offsets of a TIMESTAMP count seconds, as its arithmetic does. */
  readonly unit: number;
}

/** Frames of all rows. `keys` is only asked for RANGE with offsets. */
export function frameBounds(
  frame: WindowFrame,
  layout: WindowLayout,
  keys: () => RangeKeys,
  context: ExecutionContext,
): FrameBounds {
  return {
    start: edges(frame, frame.start, layout, keys, context, 'start'),
    end: edges(frame, frame.end, layout, keys, context, 'end'),
  };
}

type Side = 'start' | 'end';

function edges(
  frame: WindowFrame,
  edge: FrameEdge,
  layout: WindowLayout,
  keys: () => RangeKeys,
  context: ExecutionContext,
  side: Side,
): Int32Array {
  switch (edge.bound) {
    case 'UNBOUNDED PRECEDING':
      return layout.partitionStart;
    case 'UNBOUNDED FOLLOWING':
      return layout.partitionEnd;
    case 'CURRENT ROW':
      if (frame.unit !== 'ROWS') return side === 'start' ? layout.peerStart : layout.peerEnd;
      return Int32Array.from({ length: layout.rowCount }, (_, i) => (side === 'start' ? i : i + 1));
    case 'PRECEDING':
    case 'FOLLOWING': {
      const offset = offsetOf(edge, frame, side, context);
      const signed = edge.bound === 'PRECEDING' ? -offset : offset;
      if (frame.unit === 'ROWS') return rowEdges(layout, signed, side);
      return frame.unit === 'GROUPS' ? groupEdges(layout, signed, side) : rangeEdges(layout, keys(), signed, side);
    }
  }
}

function offsetOf(edge: FrameEdge, frame: WindowFrame, side: Side, context: ExecutionContext): number {
  const given: SqlValue = edge.offset === null ? null : compileScalar(edge.offset)(EMPTY_ROW, context);
  const value = applyAffinity(given, 'NUMERIC');
  const offset = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN;
  const isRange = frame.unit === 'RANGE';
  if (offset >= 0 && (isRange || Number.isInteger(offset))) return offset;
  const kind = isRange ? 'number' : 'integer';
  const which = side === 'start' ? 'starting' : 'ending';
  throw new HeliosError('INVALID_VALUE', `frame ${which} offset must be a non-negative ${kind}`);
}

function rowEdges({ rowCount, partitionStart, partitionEnd }: WindowLayout, offset: number, side: Side): Int32Array {
  const result = new Int32Array(rowCount);
  for (let i = 0; i < rowCount; i++) {
    const at = (side === 'start' ? i : i + 1) + offset;
    result[i] = Math.min(Math.max(at, partitionStart[i]), partitionEnd[i]);
  }
  return result;
}

/** Peer groups count as one step each. */
function groupEdges(layout: WindowLayout, offset: number, side: Side): Int32Array {
  const { rowCount, partitionStart, partitionEnd, peerStart, peerEnd } = layout;
  const starts: number[] = [];
  const groupOf = new Int32Array(rowCount);
  for (let i = 0; i < rowCount; i++) {
    if (peerStart[i] === i) starts.push(i);
    groupOf[i] = starts.length - 1;
  }
  return Int32Array.from({ length: rowCount }, (_, i) => {
    const group = groupOf[i] + offset;
    const first = groupOf[partitionStart[i]];
    const last = groupOf[partitionEnd[i] - 1];
    if (group < first) return partitionStart[i];
    if (group > last) return partitionEnd[i];
    return side === 'start' ? starts[group] : peerEnd[starts[group]];
  });
}

/**
 * Rows whose key is within the offset; a row without a numeric key only has its peers. The smaller key of a pair is moved up by the
 * distance, as in SQLite: where that is rounded, it matters which one.
 */
function rangeEdges(layout: WindowLayout, keys: RangeKeys, offset: number, side: Side): Int32Array {
  const { values, exact, descending, unit } = keys;
  // Decimal fractions are no exact doubles: 0.57 * 100 shall be 57.
  const distance = unit === 1 ? offset : Number((offset * unit).toPrecision(15));
  if (exact !== null) return exactRangeEdges(layout, exact, descending, distance, side);
  const sign = descending ? -1 : 1;
  const step = Math.abs(distance);
  const before = side === 'start' ? (a: number, b: number) => a < b : (a: number, b: number) => a <= b;
  const isBefore =
    distance < 0
      ? (row: number, current: number) => before(sign * values[row] + step, sign * values[current])
      : (row: number, current: number) => before(sign * values[row], sign * values[current] + step);
  return searchEdges(layout, (row) => Number.isNaN(values[row]), isBefore, side);
}

/** As above, by numbers of any size: the language compares whole numbers and doubles without rounding. */
function exactRangeEdges(
  layout: WindowLayout,
  values: readonly (number | bigint)[],
  descending: boolean,
  distance: number,
  side: Side,
): Int32Array {
  const keys = descending ? values.map((value) => -value) : values;
  const step = Math.abs(distance);
  // Between whole numbers a distance of 1.5 is one of 1 or of 2.
  const rounded = distance < 0 === (side === 'start') ? Math.floor(step) : Math.ceil(step);
  const whole = Number.isFinite(step) ? BigInt(rounded) : null;
  const moved = keys.map((key) => (typeof key === 'bigint' && whole !== null ? key + whole : Number(key) + step));
  const [others, own] = distance < 0 ? [moved, keys] : [keys, moved];
  const isBefore =
    side === 'start'
      ? (row: number, current: number) => others[row] < own[current]
      : (row: number, current: number) => others[row] <= own[current];
  return searchEdges(layout, (row) => Number.isNaN(keys[row]), isBefore, side);
}

/** Per row the first one of its partition that is not before its edge. Rows without a number are all on one side of the others. */
function searchEdges(
  { rowCount, partitionStart, partitionEnd, peerStart, peerEnd }: WindowLayout,
  isNoNumber: (row: number) => boolean,
  isBefore: (row: number, current: number) => boolean,
  side: Side,
): Int32Array {
  return Int32Array.from({ length: rowCount }, (_, i) => {
    if (isNoNumber(i)) return side === 'start' ? peerStart[i] : peerEnd[i];
    let low = partitionStart[i];
    let high = partitionEnd[i];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isNoNumber(middle) ? middle < i : isBefore(middle, i)) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}
