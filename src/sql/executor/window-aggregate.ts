import type { PhysicalKind, SqlValue } from '../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../engine/column/vector.ts';
import type { WindowFrame } from '../binder/logical-plan.ts';
import { truth } from '../expressions/values/numeric.ts';
import type { AggregateState } from '../functions/aggregates/definition.ts';
import { gather } from './gather.ts';
import type { FrameBounds } from './window-frame.ts';
import type { WindowLayout } from './window-partition.ts';
import type { RangeAggregate } from './window-ranges.ts';

/** An aggregate over frames. Vectors are in the window's order. */
export interface WindowAggregate {
  readonly create: () => AggregateState;
  readonly arguments: readonly ColumnVector[];
  /** Rows for which FILTER is true; null: all. */
  readonly passes: Uint8Array | null;
  readonly exclude: WindowFrame['exclude'];
  /** The rows' places in the order in which the aggregate takes them; null: as they come. */
  readonly places: Int32Array | null;
  /** With the rows of the first partition that are not here; null: all are. */
  readonly carried: AggregateState | null;
  /** Takes the state of the frame that was asked for last, where the frames only grow. */
  readonly keep: (state: AggregateState) => void;
  /** What answers for any stretch of rows at once, where the aggregate has such a thing. */
  readonly ranges: () => RangeAggregate | null;
}

/** The rows for which a FILTER condition is true. */
export function passingRows(vector: ColumnVector, kind: PhysicalKind, rowCount: number): Uint8Array {
  return Uint8Array.from({ length: rowCount }, (_, i) => (truth(valueAt(vector, kind, i)) === true ? 1 : 0));
}

/**
 * One value per row. A frame that only grows, as the default one does, is added to. For one that moves, the aggregate is
 * asked for the stretch of rows; where it cannot tell, it gives rows back or, if it cannot do that either, is computed
 * anew, unless it is the frame of the row before.
 */
export function aggregateFrames(call: WindowAggregate, frames: FrameBounds, layout: WindowLayout): SqlValue[] {
  const ranges = call.exclude === 'NO OTHERS' && onlyGrows(frames, layout) ? null : call.ranges();
  if (ranges !== null) return valuesOfRanges(ranges, call.exclude, frames, layout);
  const results: SqlValue[] = new Array(layout.rowCount);
  const running = new RunningFrame(call);
  for (let i = 0; i < layout.rowCount; i++) {
    const start = frames.start[i];
    const end = Math.max(frames.end[i], start);
    if (call.exclude === 'NO OTHERS') results[i] = running.value(start, end);
    else results[i] = excluding(call, start, end, i, layout);
  }
  call.keep(running.last);
  return results;
}

function onlyGrows({ start, end }: FrameBounds, { rowCount, partitionStart }: WindowLayout): boolean {
  for (let i = 0; i < rowCount; i++) {
    if (start[i] !== partitionStart[i]) return false;
    if (i > 0 && partitionStart[i] === partitionStart[i - 1] && end[i] < end[i - 1]) return false;
  }
  return true;
}

function valuesOfRanges(
  ranges: RangeAggregate,
  exclude: WindowFrame['exclude'],
  { start, end }: FrameBounds,
  layout: WindowLayout,
): SqlValue[] {
  return Array.from({ length: layout.rowCount }, (_, i) =>
    ranges.value(framePieces(exclude, start[i], Math.max(start[i], end[i]), i, layout)),
  );
}

/** The state of the frame that was asked for last. */
class RunningFrame {
  private readonly call: WindowAggregate;
  private state: AggregateState;
  private start = 0;
  private end = 0;
  private result: SqlValue = null;

  constructor(call: WindowAggregate) {
    this.call = call;
    this.state = call.carried ?? call.create();
    this.state.ensureGroups(1);
    this.result = this.state.result(0);
  }

  get last(): AggregateState {
    return this.state;
  }

  value(start: number, end: number): SqlValue {
    if (start === this.start && end === this.end) return this.result;
    const { state } = this;
    if (
      state.remove !== undefined &&
      this.call.places === null &&
      start >= this.start &&
      start <= this.end &&
      end >= this.end
    ) {
      const rows = countedRows(this.call, this.start, start);
      if (rows.length > 0) state.remove(this.call.arguments, rows, rows.length);
      this.start = start;
    } else if (start !== this.start || end < this.end || this.call.places !== null) {
      this.state = this.call.create();
      this.state.ensureGroups(1);
      this.start = start;
      this.end = start;
    }
    addRows(this.call, this.state, [[this.end, end]]);
    this.end = end;
    this.result = this.state.result(0);
    return this.result;
  }
}

type Pieces = readonly (readonly [number, number])[];

function addRows(call: WindowAggregate, state: AggregateState, pieces: Pieces): void {
  const { places } = call;
  if (places === null) {
    for (const [from, to] of pieces) update(call, state, countedRows(call, from, to));
    return;
  }
  const rows = pieces.flatMap(([from, to]) => [...countedRows(call, from, to)]);
  rows.sort((a, b) => places[a] - places[b]);
  // A selection has to ascend.
  const args = call.arguments.map((vector) => gather(vector, Int32Array.from(rows), rows.length));
  if (rows.length > 0) state.update(null, args, null, rows.length);
}

function update(call: WindowAggregate, state: AggregateState, rows: Uint32Array): void {
  if (rows.length > 0) state.update(null, call.arguments, rows, rows.length);
}

/** The rows of a stretch that FILTER lets through. */
function countedRows(call: WindowAggregate, from: number, to: number): Uint32Array {
  const rows: number[] = [];
  for (let row = from; row < to; row++) if (call.passes === null || call.passes[row] === 1) rows.push(row);
  return Uint32Array.from(rows);
}

/** The frame without the rows that EXCLUDE takes out. */
function excluding(call: WindowAggregate, start: number, end: number, row: number, layout: WindowLayout): SqlValue {
  const state = call.create();
  state.ensureGroups(1);
  addRows(call, state, framePieces(call.exclude, start, end, row, layout));
  return state.result(0);
}

/** What EXCLUDE leaves of a frame: up to three stretches, in order. */
export function framePieces(
  exclude: WindowFrame['exclude'],
  start: number,
  end: number,
  row: number,
  { peerStart, peerEnd }: WindowLayout,
): readonly (readonly [number, number])[] {
  const without = (from: number, to: number): [number, number][] => [
    [start, Math.min(end, from)],
    [Math.max(start, to), end],
  ];
  const pieces = (() => {
    switch (exclude) {
      case 'NO OTHERS':
        return [[start, end] as [number, number]];
      case 'CURRENT ROW':
        return without(row, row + 1);
      case 'GROUP':
        return without(peerStart[row], peerEnd[row]);
      case 'TIES': {
        const [before, after] = without(peerStart[row], peerEnd[row]);
        const itself: [number, number] = row >= start && row < end ? [row, row + 1] : [0, 0];
        return [before, itself, after];
      }
    }
  })();
  return pieces.filter(([from, to]) => from < to);
}
