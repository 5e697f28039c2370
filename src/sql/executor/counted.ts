import type { ScanReads } from '../../engine/table/access.ts';
import type { Batch } from '../expressions/batch.ts';
import type { CountedPlan, OperatorCounters } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { IsEnough, Operator } from './operator.ts';

/** Hands on an operator's batches and counts them, with the time that they took: EXPLAIN ANALYZE. */
export class Counted implements Operator {
  private readonly counters: OperatorCounters;
  private readonly now: () => number;
  private readonly input: Operator;
  private readonly scanReads: ReadsOfScan;

  constructor(plan: CountedPlan, input: Operator) {
    this.counters = plan.counters;
    this.now = plan.now;
    this.input = input;
    this.scanReads = new ReadsOfScan(plan.counters);
  }

  open(context: ExecutionContext): void {
    const startMs = this.now();
    try {
      this.input.open(context);
    } finally {
      this.counters.timeMs += this.now() - startMs;
      this.counters.opens++;
      this.scanReads.begin(this.input.reads?.());
    }
  }

  next(): Batch | null {
    const startMs = this.now();
    const batch = this.input.next();
    this.counters.timeMs += this.now() - startMs;
    if (batch !== null) this.counters.rows += batch.selectedCount;
    this.counters.spilledBytes = this.input.spilledBytes?.() ?? 0;
    this.scanReads.count(this.input.reads?.());
    return batch;
  }

  takeKnown(isEnough: IsEnough): boolean {
    const startMs = this.now();
    let rowCount = 0;
    const isTaken = this.input.takeKnown?.((count, zone, isWhole) => {
      rowCount = count;
      return isEnough(count, zone, isWhole);
    });
    this.counters.timeMs += this.now() - startMs;
    if (isTaken !== true) return false;
    this.counters.rows += rowCount;
    this.scanReads.count(this.input.reads?.());
    return true;
  }
}

/** Adds what a scan says that it has read, again and again, to the counters of its operator. */
export class ReadsOfScan {
  private readonly counters: OperatorCounters;
  /** What the scan had counted when it was looked at last. */
  private seen = NO_READS;

  constructor(counters: OperatorCounters) {
    this.counters = counters;
  }

  /** For a scan that has just been opened. */
  begin(reads: ScanReads | null | undefined): void {
    this.seen = NO_READS;
    this.count(reads);
  }

  count(reads: ScanReads | null | undefined): void {
    if (reads === undefined || reads === null) return;
    const { counters, seen } = this;
    counters.reads ??= { ...NO_READS };
    counters.reads.segmentsRead += reads.segmentsRead - seen.segmentsRead;
    counters.reads.segmentsPruned += reads.segmentsPruned - seen.segmentsPruned;
    counters.reads.blocksRead += reads.blocksRead - seen.blocksRead;
    counters.reads.blocksPruned += reads.blocksPruned - seen.blocksPruned;
    this.seen = { ...reads };
  }
}

const NO_READS = { segmentsRead: 0, segmentsPruned: 0, blocksRead: 0, blocksPruned: 0 };
