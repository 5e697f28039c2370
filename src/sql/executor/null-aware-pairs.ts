import type { PhysicalKind } from '../../engine/column/types.ts';
import { isNullAt } from '../../engine/column/vector.ts';
import { type Batch, NarrowedBatch } from '../expressions/batch.ts';
import type { VectorEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileVector } from '../expressions/evaluate/vector.ts';
import type { NullAwarePlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { HashPairs, type JoinKeys } from './hash-pairs.ts';
import type { PairSource } from './join-pairs.ts';
import type { StoredRows } from './row-store.ts';

/**
 * The pairs of rows that may be equal because a key of an IN is NULL on one side, as long as the other keys are equal:
 * left rows with a NULL meet all right rows, those without only the right rows that have one.
 */
export class NullAwarePairs implements PairSource {
  readonly rowBytes: number;
  private readonly plan: NullAwarePlan;
  private readonly leftKeys: readonly VectorEvaluator[];
  private readonly rightKeys: readonly VectorEvaluator[];
  private readonly withAll: HashPairs;
  private readonly withNulls: HashPairs;
  private hasRightNulls = false;
  /** Left rows without a NULL, which come after those with one. */
  private others: Batch | null = null;
  private current: HashPairs;
  private context!: ExecutionContext;

  constructor(
    plan: NullAwarePlan,
    keys: JoinKeys,
    leftKinds: readonly PhysicalKind[],
    rightKinds: readonly PhysicalKind[],
  ) {
    this.plan = plan;
    this.leftKeys = keys.leftKeys.slice(plan.firstKey).map((key) => compileVector(key, leftKinds));
    this.rightKeys = keys.rightKeys.slice(plan.firstKey).map((key) => compileVector(key, rightKinds));
    const strict: JoinKeys = {
      leftKeys: keys.leftKeys.slice(0, plan.firstKey),
      rightKeys: keys.rightKeys.slice(0, plan.firstKey),
      collations: keys.collations.slice(0, plan.firstKey),
      nullsEqual: keys.nullsEqual.slice(0, plan.firstKey),
    };
    const firstOnly = plan.condition === null;
    this.withAll = new HashPairs(strict, leftKinds, rightKinds, firstOnly);
    this.withNulls = new HashPairs(strict, leftKinds, rightKinds, firstOnly);
    this.current = this.withAll;
    this.rowBytes = 2 * this.withAll.rowBytes + 1;
  }

  open(): void {
    this.withAll.open();
    this.withNulls.open();
    this.hasRightNulls = false;
  }

  collect(batch: Batch, context: ExecutionContext): void {
    this.withAll.collect(batch, context);
    const flags = nullFlags(this.rightKeys, batch, context);
    if (flags.includes(1)) this.hasRightNulls = true;
    this.withNulls.collect(batch, context, flags);
  }

  build(rows: StoredRows): void {
    this.withAll.build(rows);
    this.withNulls.build(rows);
  }

  probe(batch: Batch, context: ExecutionContext): void {
    this.context = context;
    this.current = this.withAll;
    const flags = this.plan.everyPair ? null : nullFlags(this.leftKeys, batch, context);
    this.others = flags === null || !this.hasRightNulls ? null : rowsWith(batch, flags, 0);
    this.current.probe(flags === null ? batch : rowsWith(batch, flags, 1), context);
  }

  fill(left: Int32Array, right: Int32Array, settled: Uint8Array | null): number {
    const count = this.current.fill(left, right, settled);
    if (count > 0 || this.others === null) return count;
    this.current = this.withNulls;
    this.current.probe(this.others, this.context);
    this.others = null;
    return this.current.fill(left, right, settled);
  }
}

/** Per row of the batch 1 when one of the keys is NULL. */
function nullFlags(keys: readonly VectorEvaluator[], batch: Batch, context: ExecutionContext): Uint8Array {
  const flags = new Uint8Array(batch.rowCount);
  const { selection, selectedCount } = batch;
  for (const evaluate of keys) {
    const vector = evaluate(batch, context);
    if (vector.kind !== 'value' && vector.nulls === null) continue;
    for (let k = 0; k < selectedCount; k++) {
      const row = selection === null ? k : selection[k];
      if (isNullAt(vector, row)) flags[row] = 1;
    }
  }
  return flags;
}

function rowsWith(batch: Batch, flags: Uint8Array, flag: number): Batch {
  const { selection, selectedCount } = batch;
  const rows = new Uint32Array(selectedCount);
  let count = 0;
  for (let k = 0; k < selectedCount; k++) {
    const row = selection === null ? k : selection[k];
    if (flags[row] === flag) rows[count++] = row;
  }
  return new NarrowedBatch(batch, rows, count);
}
