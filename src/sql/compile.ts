import { HeliosError } from '../base/errors.ts';
import type { ReadPoint } from '../engine/table/access.ts';
import type { Statement } from './ast/statements.ts';
import { bindStatement } from './binder/bind-statement.ts';
import type { Binder, CatalogReader } from './binder/binder.ts';
import type {
  BoundAlter,
  BoundCreateIndex,
  BoundCreateSnapshot,
  BoundCreateTable,
  BoundCreateTrigger,
  BoundCreateView,
  BoundDrop,
  BoundDropSnapshot,
  BoundErase,
  BoundFlashback,
  BoundNothing,
  BoundPragma,
  BoundSetLabel,
  BoundStatement,
  BoundTransactionStatement,
  BoundUndrop,
  BoundVacuum,
} from './binder/bound-statement.ts';
import type { LiteralParameters } from './binder/literal-parameters.ts';
import type { Query } from './binder/logical-plan.ts';
import type { DirectQuery } from './direct/direct-query.ts';
import type { ExplainFormat } from './explain-columns.ts';
import { sqlError } from './lexer/render-error.ts';
import { INSERT_PLANNING } from './planner/late-parts.ts';
import type { QueryPlan } from './planner/physical-plan.ts';
import type { ChangePlan } from './planner/plan-statement.ts';
import type { Planner } from './planner/planner.ts';

/** A statement that is ready to run: frozen data, good for one version of the catalogue. */
export type CompiledStatement =
  | { readonly kind: 'query'; readonly query: QueryPlan }
  | { readonly kind: 'direct'; readonly direct: DirectQuery }
  | { readonly kind: 'change'; readonly change: ChangePlan }
  | {
      readonly kind: 'explain';
      readonly statement: CompiledStatement;
      readonly analyze: boolean;
      readonly format: ExplainFormat;
    }
  | { readonly kind: 'create-table'; readonly statement: BoundCreateTable; readonly rows: QueryPlan | null }
  | BoundCreateIndex
  | BoundCreateView
  | BoundCreateTrigger
  | BoundAlter
  | BoundPragma
  | BoundVacuum
  | BoundCreateSnapshot
  | BoundDropSnapshot
  | BoundSetLabel
  | BoundFlashback
  | BoundUndrop
  | BoundErase
  | BoundDrop
  | BoundTransactionStatement
  | BoundNothing;

/** What makes plans, and what may do without one. */
export interface StatementPlanner {
  planner(): Planner;
  /** null: the query is to be planned. */
  directly(query: Query): DirectQuery | null;
}

/**
 * Binds and plans a parsed statement. Errors about a place in the text show it. `literals`: those that may be parameters;
 * `instants`: what takes AS OF clauses.
 */
export function compileStatement(
  statement: Statement,
  sql: string,
  catalog: CatalogReader,
  at: ReadPoint,
  planner: StatementPlanner,
  literals: LiteralParameters | null,
  instants: Binder['instants'],
): CompiledStatement {
  try {
    return planStatement(bindStatement(statement, catalog, at, sql, literals, instants), planner);
  } catch (error) {
    if (!(error instanceof HeliosError) || error.position === undefined || error.message.includes('\n')) throw error;
    throw sqlError(error.code, sql, error.position, error.message, error.hint);
  }
}

function planStatement(bound: BoundStatement, planner: StatementPlanner): CompiledStatement {
  switch (bound.kind) {
    case 'query': {
      const direct = planner.directly(bound.query);
      if (direct !== null) return { kind: 'direct', direct };
      return { kind: 'query', query: planner.planner().planQuery(bound.query) };
    }
    case 'insert':
    case 'update':
    case 'delete':
      return { kind: 'change', change: INSERT_PLANNING.get().planChange(bound, planner.planner()) };
    case 'explain':
      return { ...bound, statement: planStatement(bound.statement, planner) };
    case 'create-table':
      return {
        kind: 'create-table',
        statement: bound,
        rows: bound.rows === null ? null : planner.planner().planQuery(bound.rows),
      };
    default:
      return bound;
  }
}
