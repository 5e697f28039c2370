import type { ColumnValue } from '../../engine/column/types.ts';
import type { Snapshot } from '../../engine/engine.ts';
import type { RowSource } from '../cursor.ts';
import { executionContext } from '../execution.ts';
import { buildOperator } from '../executor/build-operator.ts';
import type { Operator } from '../executor/operator.ts';
import { PointLookup } from '../executor/point-lookup.ts';
import { type PlanWatcher, SubqueryRunner } from '../executor/subquery-runner.ts';
import type { Arguments } from '../parameters.ts';
import type { QueryPlan } from '../planner/physical-plan.ts';
import type { Session } from '../session.ts';
import { QuerySource } from './query-source.ts';

const NO_PINS: readonly Snapshot[] = [];

interface Instance {
  readonly operator: Operator;
  readonly subqueries: SubqueryRunner;
}

/** Runs a query: operators are built when none of those of earlier executions is free. */
export class QueryRunner {
  readonly kind = 'query';
  private readonly plan: QueryPlan;
  private readonly watch: PlanWatcher | null;
  private readonly session: Session;
  private readonly pointLookup: PointLookup | null;
  private readonly idle: Instance[] = [];

  /** `watch`: who counts what subqueries do. */
  constructor(plan: QueryPlan, session: Session, watch: PlanWatcher | null = null) {
    this.watch = watch;
    this.plan = plan;
    this.session = session;
    this.pointLookup = PointLookup.of(plan);
  }

  /** True when the query finds at most one row, by its rowid. */
  get isPoint(): boolean {
    return this.pointLookup !== null;
  }

  open(given: Arguments): RowSource {
    const { session, plan } = this;
    const instance = this.idle.pop() ?? {
      operator: buildOperator(plan.plan),
      subqueries: new SubqueryRunner(this.watch),
    };
    const snapshot = session.openRead();
    const pins = pinned(given, session);
    const isInside = session.inTransaction;
    const { rollbacks } = session;
    const context = executionContext(session, given, snapshot, instance.subqueries);
    const lifetime = {
      isValid: () => !isInside || session.rollbacks === rollbacks,
      end: () => {
        context.memory.release();
        snapshot.close();
        for (const pin of pins) pin.close();
        this.idle.push(instance);
      },
    };
    try {
      instance.operator.open(context);
    } catch (error) {
      lifetime.end();
      throw error;
    }
    return new QuerySource(plan, instance.operator, lifetime);
  }

  /** The row of a point query, or null. */
  point(given: Arguments): readonly ColumnValue[] | null {
    const lookup = this.pointLookup as PointLookup;
    const { session } = this;
    const context = executionContext(session, given, session.readPoint, new SubqueryRunner());
    const location = lookup.find(context);
    return location < 0 ? null : this.plan.slots.map((_, i) => lookup.read(i, location, context));
  }
}

/** What AS OF clauses read stays while the query is open. */
function pinned({ instants }: Arguments, { engine }: Session): readonly Snapshot[] {
  return instants.length === 0 ? NO_PINS : instants.map(({ transaction }) => engine.openSnapshot(transaction));
}
