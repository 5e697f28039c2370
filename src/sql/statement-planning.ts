import type { ReadPoint } from '../engine/table/access.ts';
import type { Query } from './binder/logical-plan.ts';
import type { StatementPlanner } from './compile.ts';
import type { DirectQuery } from './direct/direct-query.ts';
import { Planner } from './planner/planner.ts';
import type { DisabledSwitches } from './planner/switches.ts';
import { DIRECT, INSTANTS } from './runner-parts.ts';
import type { Session } from './session.ts';
import type { PlannedInstant, StatementInstants } from './statement-instants.ts';
import { TableSizes } from './table-sizes.ts';

const NO_INSTANTS: readonly PlannedInstant[] = [];

/** What the compilation of one statement needs and leaves behind, made when it is asked for: short statements need little of it. */
export class StatementPlanning implements StatementPlanner {
  readonly sizes: TableSizes;
  private readonly session: Session;
  private readonly disabled: DisabledSwitches;
  private readonly points: readonly ReadPoint[] | null;
  private usedPlanner: Planner | null = null;
  private source: StatementInstants | null = null;

  /** `points`: what the statement's AS OF clauses name, where that is known. */
  constructor(session: Session, disabled: DisabledSwitches, points: readonly ReadPoint[] | null) {
    this.session = session;
    this.disabled = disabled;
    this.points = points;
    this.sizes = new TableSizes(session.statistics);
  }

  planner(): Planner {
    this.usedPlanner ??= new Planner(this.sizes, this.disabled);
    return this.usedPlanner;
  }

  directly(query: Query): DirectQuery | null {
    if (!DIRECT.isLoaded || this.disabled.has('direct')) return null;
    return DIRECT.get().DirectQuery.of(query, (tableId) => this.sizes.rowCount(tableId));
  }

  /** Takes the statement's AS OF clauses. */
  readonly instantSource = (): StatementInstants => {
    this.source ??= new (INSTANTS.get().StatementInstants)(this.session, this.points);
    return this.source;
  };

  get instants(): readonly PlannedInstant[] {
    return this.source?.list ?? NO_INSTANTS;
  }
}
