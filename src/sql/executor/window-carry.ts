import type { SqlValue } from '../../engine/column/types.ts';
import type { AggregateState } from '../functions/aggregates/definition.ts';
import type { WindowCallPlan, WindowPlan } from '../planner/physical-plan.ts';
import type { WindowLayout } from './window-partition.ts';

/**
 * Whether a partition can be computed piece by piece: all that its calls need of the rows before can be carried on, and
 * not all rows are peers whom a piece needs together.
 */
export function canCarry(plan: WindowPlan): boolean {
  const { calls, terms, partitionTerms } = plan;
  if (terms.length === partitionTerms && needsPeers(plan)) return false;
  return calls.every((call) => {
    switch (call.function) {
      case 'row_number':
      case 'rank':
      case 'dense_rank':
        return true;
      case 'lag':
      case 'lead':
        return call.arguments.length === 1 && !call.ignoresNulls;
      default:
        return typeof call.function !== 'string' && (growsByRows(call) || isOfWholePartition(call, plan));
    }
  });
}

/** The frame of an aggregate that only ever takes more rows in. */
function growsByRows({ frame, orderBy }: WindowCallPlan): boolean {
  const { start, end, exclude } = frame;
  const isGrowing = start.bound === 'UNBOUNDED PRECEDING' && end.bound === 'CURRENT ROW';
  return isGrowing && exclude === 'NO OTHERS' && orderBy.length === 0;
}

/** An aggregate that has one value for all rows of a partition. */
export function isOfWholePartition({ function: called, frame, orderBy }: WindowCallPlan, plan: WindowPlan): boolean {
  const { start, end, exclude, unit } = frame;
  if (typeof called === 'string' || orderBy.length > 0) return false;
  if (start.bound !== 'UNBOUNDED PRECEDING' || exclude !== 'NO OTHERS') return false;
  // Without an order all rows are peers.
  const allArePeers = plan.terms.length === plan.partitionTerms && unit !== 'ROWS';
  return end.bound === 'UNBOUNDED FOLLOWING' || (end.bound === 'CURRENT ROW' && allArePeers);
}

/** Whether a piece has to have all peers of its rows. */
export function needsPeers(plan: WindowPlan): boolean {
  return plan.calls.some((call) => {
    const { function: called, frame } = call;
    if (typeof called === 'string') return called === 'rank' || called === 'dense_rank';
    return frame.unit !== 'ROWS' && !isOfWholePartition(call, plan);
  });
}

/** Whether a piece has to be followed by a row that is at hand. */
export function needsNext({ calls }: WindowPlan): boolean {
  return calls.some(({ function: called }) => called === 'lead');
}

/** Where a piece of a partition that does not fit lies in it. */
export interface PiecePlace {
  /** Whether the first partition of the piece has begun in the one before. */
  readonly goesOn: boolean;
  /** Whether the last one goes on behind it. */
  readonly isOpen: boolean;
  /** The values of calls for all rows of a partition, of which the piece has some; null: it has whole partitions. */
  readonly totals: ReadonlyMap<WindowCallPlan, SqlValue> | null;
}

/** What the calls of a window know of a partition's rows in the pieces before, and behind. */
export class WindowCarry {
  /** Of each call that is an aggregate, over those rows. */
  private readonly states = new Map<WindowCallPlan, AggregateState>();
  /** Of each lag, the argument in the last of those rows. */
  private readonly lastValues = new Map<WindowCallPlan, SqlValue>();
  private rows = 0;
  private peerGroups = 0;
  private place: PiecePlace = { goesOn: false, isOpen: false, totals: null };

  begin(place: PiecePlace): void {
    this.place = place;
  }

  /** null: it begins anew. */
  stateOf(call: WindowCallPlan): AggregateState | null {
    return this.place.goesOn ? (this.states.get(call) ?? null) : null;
  }

  /** `state`: with all rows of the piece's last partition. */
  keepState(call: WindowCallPlan, state: AggregateState): void {
    this.states.set(call, state);
  }

  /** The call's value for all rows of the piece; undefined: they have values of their own, or others do. */
  totalOf(call: WindowCallPlan): SqlValue | undefined {
    return this.place.totals?.get(call);
  }

  /**
   * Makes results that count from the piece's first row count from the partition's, and those that want other pieces' rows
   * have them. `argument`: the call's first one in the piece's last row (0), or in the one behind it (1).
   */
  adjust(
    call: WindowCallPlan,
    results: SqlValue[],
    { partitionEnd, rowCount }: WindowLayout,
    argument: (behind: 0 | 1) => SqlValue,
  ): void {
    const { goesOn, isOpen } = this.place;
    if (rowCount === 0) return;
    if (call.function === 'lag') {
      if (goesOn) results[0] = this.lastValues.get(call) ?? null;
      this.lastValues.set(call, argument(0));
    } else if (call.function === 'lead') {
      if (isOpen) results[rowCount - 1] = argument(1);
    } else if (goesOn && typeof call.function === 'string') {
      const before = BigInt(call.function === 'dense_rank' ? this.peerGroups : this.rows);
      for (let row = 0; row < partitionEnd[0]; row++) results[row] = (results[row] as bigint) + before;
    }
  }

  /** When all calls have been computed for the piece. */
  end({ rowCount, partitionStart, peerStart }: WindowLayout): void {
    if (rowCount === 0) return;
    const first = partitionStart[rowCount - 1];
    if (!this.place.goesOn || first > 0) {
      this.rows = 0;
      this.peerGroups = 0;
    }
    this.rows += rowCount - first;
    for (let row = first; row < rowCount; row++) if (peerStart[row] === row) this.peerGroups++;
  }
}
