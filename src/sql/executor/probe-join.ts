import { NO_DOUBLES, NO_INTS } from '../../base/empty-arrays.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { KeyProbe } from '../../engine/table/key-probe.ts';
import type { LocatedRows } from '../../engine/table/located-rows.ts';
import { openProbe } from '../../engine/table/open-probe.ts';
import { LOCATION_COLUMN } from '../binder/logical-plan.ts';
import type { Batch } from '../expressions/batch.ts';
import type { FilterEvaluator, VectorEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileFilter } from '../expressions/evaluate/filter.ts';
import { compileVector } from '../expressions/evaluate/vector.ts';
import type { CountedPlan, LookupJoinPlan, ProbePlan } from '../planner/physical-plan.ts';
import { rowsOf } from './batch-slices.ts';
import { ReadsOfScan } from './counted.ts';
import type { ExecutionContext } from './execution-context.ts';
import { narrow } from './filter.ts';
import { GatherScratch, gather, LazyBatch } from './gather.ts';
import { JoinOutput } from './join-output.ts';
import type { Operator } from './operator.ts';
import { inputKinds } from './plan-kinds.ts';
import type { StoredRows } from './row-store.ts';

/** Left rows whose keys are looked up first: LIMIT often wants no more. Then so many times as many, up to a batch. */
const FIRST_KEYS = 64;
const KEYS_GROWTH = 4;
/** Pairs that are looked at first; if there are more, twice as many each time, up to a batch. */
const FIRST_PAIRS = 16;

/** For each left row a table's rows that an index or the rowid finds by it: the keys of many rows are looked up at once. */
export class ProbeJoin implements Operator {
  private readonly join: LookupJoinPlan;
  private readonly plan: ProbePlan;
  private readonly left: Operator;
  private readonly keys: readonly VectorEvaluator[];
  private readonly condition: FilterEvaluator | null;
  private readonly output: JoinOutput;
  private readonly found: FoundRows;
  private readonly counters: LookupCounters | null;
  private readonly scratches: GatherScratch[] = [];
  private context!: ExecutionContext;
  private probe!: KeyProbe;
  private batch: Batch | null = null;
  /** How many of the batch's rows have been looked up. */
  private done = 0;
  private keysAtOnce = FIRST_KEYS;
  private isFilling = false;
  private leftRows = NO_INTS;
  /** Pairs that are looked at next, at most. */
  private limit = 0;

  constructor(join: LookupJoinPlan, plan: ProbePlan, left: Operator) {
    this.join = join;
    this.plan = plan;
    this.left = left;
    const leftKinds = inputKinds(join.left);
    this.keys = plan.keys.map((key) => compileVector(key, leftKinds));
    const kinds = [...leftKinds, ...inputKinds(join.right)];
    this.condition = plan.condition === null ? null : compileFilter(plan.condition, kinds);
    this.output = new JoinOutput(join);
    this.found = new FoundRows(plan.tableColumns);
    this.counters = join.right.kind === 'counted' ? new LookupCounters(join.right) : null;
  }

  open(context: ExecutionContext): void {
    this.context = context;
    const { table, instant, index, keys } = this.plan;
    const firstOnly = this.output.settles && this.condition === null;
    this.probe = openProbe(
      context.tables.table(table.id),
      context.pointOf(instant),
      index?.id ?? null,
      keys.length,
      firstOnly,
    );
    this.counters?.begin(this.probe);
    this.found.probe = this.probe;
    this.output.build(this.found);
    this.batch = null;
    this.isFilling = false;
    this.keysAtOnce = Math.min(FIRST_KEYS, context.batchRows);
    this.limit = 0;
    this.found.length = 0;
    this.left.open(context);
  }

  next(): Batch | null {
    if (this.isFilling) return this.nextPairs();
    const batch = this.nextKeys();
    if (batch === null || batch.selectedCount === 0) return batch;
    this.output.begin(batch);
    const startMs = this.counters?.now() ?? 0;
    const keys = this.keys.map((evaluate) => evaluate(batch, this.context));
    this.probe.find(keys, batch.selection, batch.selectedCount);
    this.counters?.looked(batch.selectedCount, startMs);
    this.isFilling = true;
    return this.nextPairs();
  }

  /** The left rows that are looked up next. */
  private nextKeys(): Batch | null {
    if (this.batch === null) {
      this.batch = this.left.next();
      this.done = 0;
    }
    const { batch, done, keysAtOnce } = this;
    if (batch === null) return null;
    const count = Math.min(keysAtOnce, batch.selectedCount - done);
    this.done += count;
    if (this.done >= batch.selectedCount) this.batch = null;
    this.keysAtOnce = Math.min(keysAtOnce * KEYS_GROWTH, this.context.batchRows);
    return count === batch.selectedCount ? batch : rowsOf(batch, done, count);
  }

  private nextPairs(): Batch {
    const { found, output } = this;
    if (found.length === this.limit) this.growPairs();
    const { leftRows } = this;
    const startMs = this.counters?.now() ?? 0;
    const count = this.probe.fill(leftRows, found.locations, this.limit, output.settled);
    if (count === 0) {
      this.isFilling = false;
      return output.finish();
    }
    found.begin(count);
    const pairs = this.pairs(count);
    const accepted = this.condition === null ? pairs : narrow(pairs, this.condition, this.context);
    this.counters?.found(accepted.selectedCount, this.probe, startMs);
    return output.accept(accepted, leftRows, found.rows);
  }

  private pairs(count: number): Batch {
    const { leftRows, found, scratches } = this;
    const left = this.output.leftBatch;
    const width = this.join.left.columns.length;
    return new LazyBatch(count, (i) => {
      if (i >= width) return found.column(i - width);
      scratches[i] ??= new GatherScratch();
      return gather(left.column(i), leftRows, count, scratches[i]);
    });
  }

  private growPairs(): void {
    this.limit = Math.min(Math.max(FIRST_PAIRS, this.limit * 2), this.context.batchRows);
    if (this.leftRows.length >= this.limit) return;
    // The pairs before, which are lazy, have been read by now.
    this.leftRows = new Int32Array(this.limit);
    this.found.makeSpace(this.limit);
  }
}

/** The rows that were found last, as the right side of pairs: pair i is with row i. */
class FoundRows implements StoredRows {
  length = 0;
  probe!: KeyProbe;
  locations = NO_DOUBLES;
  /** 0, 1, 2 and so on. */
  rows = NO_INTS;
  private readonly tableColumns: readonly number[];
  private loaded: (ColumnVector | undefined)[] = [];
  private located: LocatedRows | null = null;

  constructor(tableColumns: readonly number[]) {
    this.tableColumns = tableColumns;
  }

  makeSpace(count: number): void {
    this.locations = new Float64Array(count);
    this.rows = new Int32Array(count);
    for (let i = 0; i < count; i++) this.rows[i] = i;
  }

  begin(count: number): void {
    this.length = count;
    this.loaded = [];
    this.located = null;
  }

  column(i: number): ColumnVector {
    const vector = this.loaded[i] ?? this.load(this.tableColumns[i]);
    this.loaded[i] = vector;
    return vector;
  }

  private load(column: number): ColumnVector {
    if (column !== LOCATION_COLUMN) {
      this.located ??= this.probe.rows(this.locations, this.length);
      return this.located.column(column);
    }
    return { kind: 'number', values: this.locations.slice(0, this.length), nulls: null };
  }
}

/** Counts lookups as the right side would count them if it were opened for each left row. */
class LookupCounters {
  readonly now: () => number;
  private readonly counters: CountedPlan['counters'];
  private readonly reads: ReadsOfScan;

  constructor({ counters, now }: CountedPlan) {
    this.counters = counters;
    this.now = now;
    this.reads = new ReadsOfScan(counters);
  }

  begin(probe: KeyProbe): void {
    this.reads.begin(probe.reads());
  }

  looked(keys: number, startMs: number): void {
    this.counters.opens += keys;
    this.counters.timeMs += this.now() - startMs;
  }

  found(rows: number, probe: KeyProbe, startMs: number): void {
    this.counters.rows += rows;
    this.counters.timeMs += this.now() - startMs;
    this.reads.count(probe.reads());
  }
}
