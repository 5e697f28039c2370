import type { Catalog } from '../../engine/catalog/catalog.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import type { Random } from '../../engine/host.ts';
import type { ReadPoint } from '../../engine/table/access.ts';
import type { Table } from '../../engine/table/table.ts';
import type { InstantSlot } from '../binder/logical-plan.ts';
import type { RowValues } from '../expressions/batch.ts';
import type { EvaluationContext, OuterFrame, SessionCounters, SubqueryEvaluator } from '../expressions/context.ts';
import type { PlannedSubquery, SharedQuery } from '../planner/physical-plan.ts';
import type { StatementMemory } from './operator-memory.ts';

/** What an execution is made from. */
export interface ExecutionOptions {
  readonly parameters: readonly SqlValue[];
  readonly nowMicros: number;
  readonly random: Random;
  readonly session: SessionCounters;
  readonly at: ReadPoint;
  /** What the statement's AS OF clauses name. */
  readonly instants: readonly ReadPoint[];
  readonly tables: TableSource;
  readonly subqueries: SubqueryEvaluator;
  readonly memory: StatementMemory;
  /** Rows that operators hand on at once, at most. */
  readonly batchRows: number;
  /** Called between the batches of what runs inside of one step of a statement; throws to stop it. */
  readonly interrupt: () => void;
}

export interface TableSource {
  readonly catalog: Catalog;
  table(id: number): Table;
}

/** Results of one subquery, by the values that it reads of the enclosing query, and what they take of memory. */
export interface SubqueryResults {
  readonly byKey: Map<string, unknown>;
  bytes: number;
}

/** Results of subqueries, kept while nothing that they depend on changes. */
export type SubqueryMemo = Map<PlannedSubquery, SubqueryResults>;

/** One execution of a statement; subqueries get one of their own per row of the enclosing query. */
export class ExecutionContext implements EvaluationContext {
  pureFor: string | null = null;
  readonly parameters: readonly SqlValue[];
  readonly nowMicros: number;
  readonly random: Random;
  readonly session: SessionCounters;
  readonly subqueries: SubqueryEvaluator;
  readonly at: ReadPoint;
  readonly instants: readonly ReadPoint[];
  readonly tables: TableSource;
  readonly memory: StatementMemory;
  readonly batchRows: number;
  readonly interrupt: () => void;
  readonly outer: OuterFrame | null;
  /** The statement's own context. */
  readonly root: ExecutionContext;
  private results: SubqueryMemo | null = null;
  private sharedRows: Map<SharedQuery, unknown> | null = null;

  constructor(options: ExecutionOptions, outer: OuterFrame | null = null, root: ExecutionContext | null = null) {
    this.parameters = options.parameters;
    this.nowMicros = options.nowMicros;
    this.random = options.random;
    this.session = options.session;
    this.subqueries = options.subqueries;
    this.at = options.at;
    this.instants = options.instants;
    this.tables = options.tables;
    this.memory = options.memory;
    this.batchRows = options.batchRows;
    this.interrupt = options.interrupt;
    this.outer = outer;
    this.root = root ?? this;
  }

  /** Where a table is read: at an instant of the statement's, or where the statement is. */
  pointOf(instant: InstantSlot): ReadPoint {
    return instant === null ? this.at : this.instants[instant];
  }

  /** Results of subqueries that were run in this context. */
  get memo(): SubqueryMemo {
    this.results ??= new Map();
    return this.results;
  }

  /** Rows of WITH tables that were run in this execution; only the root keeps them. */
  get commonTables(): Map<SharedQuery, unknown> {
    this.sharedRows ??= new Map();
    return this.sharedRows;
  }

  /** The context of a subquery that is evaluated for `row`. */
  within(row: RowValues): ExecutionContext {
    return new ExecutionContext(this, { row, parent: this.outer }, this.root);
  }
}
