import type { PhysicalKind } from '../../../engine/column/types.ts';
import type { Batch } from '../../expressions/batch.ts';
import type { WindowPlan } from '../../planner/physical-plan.ts';
import type { ExecutionContext } from '../execution-context.ts';
import { OperatorMemory } from '../operator-memory.ts';
import { RowBuffer } from '../row-buffer.ts';
import { rowComparator } from '../sort-order.ts';
import { canCarry, needsNext, needsPeers, type PiecePlace } from '../window-carry.ts';
import { ExternalSort } from './external-sort.ts';
import { PartitionAhead } from './partition-ahead.ts';

/** Some partitions of a window, in order: the first rows of a buffer. */
export interface WindowPiece extends PiecePlace {
  readonly rows: RowBuffer;
  readonly count: number;
}

/**
 * The rows of a window that do not fit into memory: they are sorted in the file, and come back as many partitions at a time
 * as there is room for. A partition that does not fit alone comes in several pieces where {@link canCarry} says so.
 */
export class WindowPieces {
  private readonly plan: WindowPlan;
  private readonly kinds: readonly PhysicalKind[];
  private readonly rowBytes: number;
  private readonly sort: ExternalSort;
  private readonly ahead: PartitionAhead;
  /** Of the pieces; the other one is the sort's. */
  private readonly memory: OperatorMemory;
  private pieces: Generator<WindowPiece | null> | null = null;

  /** Takes over `rows`, those that have come, and the memory. `rowBytes`: what a row takes beside itself. */
  constructor(
    plan: WindowPlan,
    kinds: readonly PhysicalKind[],
    rowBytes: number,
    rows: RowBuffer,
    memory: OperatorMemory,
    context: ExecutionContext,
  ) {
    this.plan = plan;
    this.kinds = kinds;
    this.rowBytes = rowBytes;
    this.sort = new ExternalSort(rows, plan.terms, kinds, memory, context.batchRows);
    this.memory = new OperatorMemory(memory.name);
    this.memory.open(context);
    this.ahead = new PartitionAhead(plan, kinds, this.sort, this.memory);
  }

  /** All batches come before the first {@link next}. */
  add(batch: Batch): void {
    this.sort.add(batch);
  }

  /** null: not yet; undefined: there are no more. A piece is done with when the next one is asked for. */
  next(): WindowPiece | null | undefined {
    this.pieces ??= this.inPieces();
    const { value, done } = this.pieces.next();
    return done === true ? undefined : value;
  }

  /** Throws OUT_OF_MEMORY_BUDGET where a partition alone does not fit. */
  private *inPieces(): Generator<WindowPiece | null> {
    const { ahead, memory, kinds, rowBytes, plan } = this;
    let rows = new RowBuffer(kinds);
    let goesOn = false;
    let totals: PiecePlace['totals'] = null;
    for (let batch = ahead.next(); batch !== null; batch = ahead.next()) {
      // What has totals is a piece of its own: the rows that it lacks count for nobody else.
      const last = totals === null ? rows.length : this.firstRun(rows);
      if (last < rows.length) {
        yield { rows, count: last, goesOn, isOpen: false, totals };
        rows = rowsFrom(rows, last);
        goesOn = false;
        totals = null;
      }
      if (!memory.has(rows.bytesWith(batch.selectedCount, rowBytes))) {
        const whole = this.lastRun(rows, plan.partitionTerms);
        const count = whole > 0 ? whole : this.insideOfPartition(rows);
        if (count > 0) {
          const isOpen = whole === 0;
          if (isOpen && totals === null && ahead.hasTotals) totals = yield* ahead.totals(rows, batch);
          yield { rows, count, goesOn, isOpen, totals };
          goesOn = isOpen;
          rows = rowsFrom(rows, count);
          memory.release();
        }
        memory.needAll(rows.bytesWith(batch.selectedCount, rowBytes));
      }
      rows.append(batch);
      yield null;
    }
    const last = totals === null ? rows.length : this.firstRun(rows);
    if (last > 0) yield { rows, count: last, goesOn, isOpen: false, totals };
    if (last < rows.length) {
      const rest = rowsFrom(rows, last);
      yield { rows: rest, count: rest.length, goesOn: false, isOpen: false, totals: null };
    }
    memory.release();
  }

  /** How many rows of a partition may go before more have come; 0: none. */
  private insideOfPartition(rows: RowBuffer): number {
    const { plan } = this;
    if (!canCarry(plan)) return 0;
    const count = needsPeers(plan) ? this.lastRun(rows, plan.terms.length) : rows.length;
    return needsNext(plan) ? Math.min(count, rows.length - 1) : count;
  }

  /** How many of the first rows are of one partition. */
  private firstRun(rows: RowBuffer): number {
    const { plan, kinds } = this;
    const terms = plan.terms.slice(0, plan.partitionTerms);
    const compare = rowComparator(terms, (i) => rows.column(i), kinds);
    if (rows.length === 0 || compare(0, rows.length - 1) === 0) return rows.length;
    let count = 1;
    while (compare(0, count) === 0) count++;
    return count;
  }

  /** Where the last rows begin that are equal in the first terms: more of them may come. */
  private lastRun(rows: RowBuffer, terms: number): number {
    const { plan, kinds } = this;
    const compare = rowComparator(plan.terms.slice(0, terms), (i) => rows.column(i), kinds);
    let first = rows.length - 1;
    while (first > 0 && compare(first - 1, first) === 0) first--;
    return Math.max(first, 0);
  }
}

function rowsFrom(rows: RowBuffer, from: number): RowBuffer {
  return rows.subset(Int32Array.from({ length: rows.length - from }, (_, i) => from + i));
}
