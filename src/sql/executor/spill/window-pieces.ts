import type { PhysicalKind } from '../../../engine/column/types.ts';
import type { Batch } from '../../expressions/batch.ts';
import type { WindowPlan } from '../../planner/physical-plan.ts';
import type { ExecutionContext } from '../execution-context.ts';
import { OperatorMemory } from '../operator-memory.ts';
import { RowBuffer } from '../row-buffer.ts';
import { rowComparator } from '../sort-order.ts';
import { canCarry, needsPeers } from '../window-carry.ts';
import { ExternalSort } from './external-sort.ts';

/** Some partitions of a window, in order: the first rows of a buffer. */
export interface WindowPiece {
  readonly rows: RowBuffer;
  readonly count: number;
  /** Whether the first partition has begun in the piece before. */
  readonly goesOn: boolean;
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
    const { sort, memory, kinds, rowBytes } = this;
    let rows = new RowBuffer(kinds);
    let goesOn = false;
    for (let batch = sort.next(); batch !== null; batch = sort.next()) {
      if (!memory.has(rows.bytesWith(batch.selectedCount, rowBytes))) {
        const whole = this.lastRun(rows, this.plan.partitionTerms);
        const count = whole > 0 ? whole : this.insideOfPartition(rows);
        if (count > 0) {
          yield { rows, count, goesOn };
          goesOn = whole === 0;
          rows = rows.subset(Int32Array.from({ length: rows.length - count }, (_, i) => count + i));
          memory.release();
        }
        memory.needAll(rows.bytesWith(batch.selectedCount, rowBytes));
      }
      rows.append(batch);
      yield null;
    }
    if (rows.length > 0) yield { rows, count: rows.length, goesOn };
    memory.release();
  }

  /** How many rows of a partition may go before more have come; 0: none. */
  private insideOfPartition(rows: RowBuffer): number {
    const { plan } = this;
    if (!canCarry(plan)) return 0;
    return needsPeers(plan) ? this.lastRun(rows, plan.terms.length) : rows.length;
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
