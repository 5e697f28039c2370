import { HeliosError } from '../../base/errors.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import type { FrameEdge, WindowFrame } from '../binder/logical-plan.ts';
import { EMPTY_ROW } from '../expressions/batch.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
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
  const value: SqlValue = edge.offset === null ? null : compileScalar(edge.offset)(EMPTY_ROW, context);
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

/** Rows whose key is within the offset; a row without a numeric key only has its peers. */
function rangeEdges(layout: WindowLayout, keys: RangeKeys, offset: number, side: Side): Int32Array {
  const { rowCount, partitionStart, partitionEnd, peerStart, peerEnd } = layout;
  const { values, descending, unit } = keys;
  // Decimal fractions are no exact doubles: 0.57 * 100 shall be 57.
  const distance = unit === 1 ? offset : Number((offset * unit).toPrecision(15));
  const sign = descending ? -1 : 1;
  if (keys.exact !== null) return exactRangeEdges(layout, keys.exact, descending, distance, side);
  return Int32Array.from({ length: rowCount }, (_, i) => {
    if (Number.isNaN(values[i])) return side === 'start' ? peerStart[i] : peerEnd[i];
    const limit = sign * values[i] + distance;
    let low = partitionStart[i];
    let high = partitionEnd[i];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(values, middle, i, sign, limit, side)) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}

/** As above, by numbers of any size: the language compares whole numbers and doubles without rounding. */
function exactRangeEdges(
  { rowCount, partitionStart, partitionEnd, peerStart, peerEnd }: WindowLayout,
  values: readonly (number | bigint)[],
  descending: boolean,
  distance: number,
  side: Side,
): Int32Array {
  const keys = descending ? values.map((value) => -value) : values;
  const whole = Number.isInteger(distance) ? BigInt(distance) : null;
  return Int32Array.from({ length: rowCount }, (_, i) => {
    const key = keys[i];
    if (Number.isNaN(key)) return side === 'start' ? peerStart[i] : peerEnd[i];
    const limit = typeof key === 'bigint' && whole !== null ? key + whole : Number(key) + distance;
    let low = partitionStart[i];
    let high = partitionEnd[i];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = keys[middle];
      const isBefore = Number.isNaN(other) ? middle < i : side === 'start' ? other < limit : other <= limit;
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}

/** True for rows before the edge. Rows without a number are all on one side of the others. */
function isBefore(
  values: Float64Array,
  row: number,
  current: number,
  sign: number,
  limit: number,
  side: Side,
): boolean {
  if (Number.isNaN(values[row])) return row < current;
  const key = sign * values[row];
  return side === 'start' ? key < limit : key <= limit;
}
