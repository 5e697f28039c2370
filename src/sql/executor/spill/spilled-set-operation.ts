import type { PhysicalKind } from '../../../engine/column/types.ts';
import type { Batch } from '../../expressions/batch.ts';
import type { SetOperationPlan } from '../../planner/physical-plan.ts';
import { NOT_YET } from '../gather.ts';
import type { OperatorMemory } from '../operator-memory.ts';
import { SetRows } from '../set-rows.ts';
import { Partitions } from './partitions.ts';
import type { SpilledRows } from './spilled-rows.ts';

type Side = 'left' | 'right';

/**
 * A set operation whose distinct rows do not fit into memory: those that are known stay, rows that are not are divided into
 * parts, each side on its own, and each pair of parts is looked at when all rows have come.
 */
export class SpilledSetOperation {
  private readonly plan: SetOperationPlan;
  private readonly kinds: readonly PhysicalKind[];
  private readonly memory: OperatorMemory;
  private known: SetRows | null;
  private readonly parts: Readonly<Record<Side, Partitions>>;
  private rest: Generator<Batch> | null = null;

  constructor(plan: SetOperationPlan, kinds: readonly PhysicalKind[], known: SetRows, memory: OperatorMemory) {
    this.plan = plan;
    this.kinds = kinds;
    this.known = known;
    this.memory = memory;
    this.parts = this.divisions(0);
  }

  countRight(batch: Batch): void {
    (this.known as SetRows).countRight(this.divide(batch, 'right', this.known as SetRows, this.parts));
  }

  /** The rows of a side that belong to the result, as far as it is known already. */
  accept(batch: Batch, side: Side): Batch {
    return (this.known as SetRows).accept(this.divide(batch, side, this.known as SetRows, this.parts));
  }

  /** The others. */
  next(): Batch | null {
    this.known = null;
    this.rest ??= this.ofParts(this.parts, 1);
    const { value, done } = this.rest.next();
    return done === true ? null : value;
  }

  private divisions(level: number): Readonly<Record<Side, Partitions>> {
    const make = (): Partitions => new Partitions(this.kinds, this.plan.collations, this.memory, level);
    return { left: make(), right: make() };
  }

  /** Puts rows that are not known off, and returns the others. */
  private divide(batch: Batch, side: Side, rows: SetRows, parts: Readonly<Record<Side, Partitions>>): Batch {
    if (batch.selectedCount === 0) return NOT_YET;
    const [known, others] = rows.divided(batch);
    const keys = this.kinds.map((_, i) => others.column(i));
    parts[side].add((i) => keys[i], keys, others.selection, others.selectedCount);
    this.memory.needAll(rows.sizeBytes() + parts.left.sizeBytes() + parts.right.sizeBytes());
    return known;
  }

  private *ofParts({ left, right }: Readonly<Record<Side, Partitions>>, level: number): Generator<Batch> {
    const rights = right.finishAll();
    const lefts = left.finishAll();
    for (let part = 0; part < lefts.length; part++) yield* this.ofPart(lefts[part], rights[part], level);
  }

  private *ofPart(left: SpilledRows | null, right: SpilledRows | null, level: number): Generator<Batch> {
    const rows = new SetRows(this.plan);
    const isUnion = this.plan.operator === 'UNION';
    let deeper: Readonly<Record<Side, Partitions>> | null = null;
    const sides = [left, right] as const;
    for (const side of [1, 0] as const) {
      const stored = sides[side];
      const name = side === 0 ? 'left' : 'right';
      for (let b = 0; b < (stored?.blockCount ?? 0); b++) {
        let batch = (stored as SpilledRows).block(b);
        if (deeper !== null) batch = this.divide(batch, name, rows, deeper);
        if (isUnion || side === 0) yield rows.accept(batch);
        else rows.countRight(batch);
        const bytes = rows.sizeBytes();
        if (deeper !== null || this.memory.hasToGrow(bytes)) continue;
        if (!Partitions.canDivide(level)) this.memory.need(bytes);
        deeper = this.divisions(level);
      }
      stored?.release();
    }
    if (deeper !== null) yield* this.ofParts(deeper, level + 1);
  }
}
