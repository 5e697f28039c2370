import { type ErrorCode, HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type {
  Collation,
  IndexDefinition,
  TableDefinition,
  TriggerDefinition,
  ViewDefinition,
} from '../../engine/catalog/definitions.ts';
import type { ReadPoint } from '../../engine/table/access.ts';
import type { SourceRange } from '../ast/node.ts';
import type { CommonTable } from '../ast/select.ts';
import type { Affinity } from '../expressions/affinity-kind.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { columnRef } from '../expressions/build.ts';
import { affinityOf, collationOf } from '../expressions/inspect.ts';
import type { StaticType } from '../expressions/static-type.ts';
import type { PlanColumn, ProjectedColumn, WorkingTableId } from './logical-plan.ts';

/** What the binder asks of the catalogue. */
export interface CatalogReader {
  table(at: ReadPoint, name: string): TableDefinition | null;
  view(at: ReadPoint, name: string): ViewDefinition | null;
  index(at: ReadPoint, name: string): IndexDefinition | null;
  trigger(at: ReadPoint, name: string): TriggerDefinition | null;
  indexesOf(at: ReadPoint, tableId: number): readonly IndexDefinition[];
  /** In the order in which they were created. */
  triggersOf(at: ReadPoint, tableId: number): readonly TriggerDefinition[];
  tables(at: ReadPoint): readonly TableDefinition[];
  views(at: ReadPoint): readonly ViewDefinition[];
}

/** A WITH table in scope. A reference binds its query anew, and sees only the tables that stood before it. */
export interface CommonTableEntry {
  readonly table: CommonTable;
  readonly visible: CommonTables | null;
  /** Set inside of the table's own recursive step: the rows of the round before. */
  readonly working: WorkingTable | null;
}

export interface WorkingTable {
  readonly id: WorkingTableId;
  /** Names and types; every reference gets column ids of its own. */
  readonly columns: readonly PlanColumn[];
}

/** WITH tables in scope, innermost first. */
export interface CommonTables {
  readonly entry: CommonTableEntry;
  readonly rest: CommonTables | null;
}

/** What one statement's binding shares: the catalogue at one point, the text, and the next column id. */
export class Binder {
  readonly catalog: CatalogReader;
  readonly at: ReadPoint;
  readonly sql: string;
  private nextColumnId = 0;
  private commonTableDepth = 0;
  private commonTableCount = 0;

  constructor(catalog: CatalogReader, at: ReadPoint, sql: string) {
    this.catalog = catalog;
    this.at = at;
    this.sql = sql;
  }

  /** Binds a reference to a WITH table, which binds those that it refers to. */
  insideCommonTable<Result>(node: SourceRange, bind: () => Result): Result {
    this.commonTableCount++;
    if (this.commonTableDepth >= LIMITS.nestingDepth || this.commonTableCount > LIMITS.commonTableReferences) {
      const what = this.commonTableDepth >= LIMITS.nestingDepth ? LIMITS.nestingDepth : LIMITS.commonTableReferences;
      throw bindError('LIMIT_EXCEEDED', `WITH tables refer to each other more than ${what} times`, node);
    }
    this.commonTableDepth++;
    try {
      return bind();
    } finally {
      this.commonTableDepth--;
    }
  }

  column(name: string, type: StaticType, collation: Collation = 'BINARY', affinity: Affinity = 'NONE'): PlanColumn {
    return { id: this.nextColumnId++, name, type, collation, affinity };
  }

  /** A column for an expression's value: the same column when the expression is one. */
  projected(name: string, expression: BoundExpression): ProjectedColumn {
    const collation = collationOf(expression)?.collation ?? 'BINARY';
    const { type } = expression;
    const affinity = affinityOf(expression);
    const id = expression.kind === 'column' ? expression.index : this.nextColumnId++;
    return { id, name, type, collation, affinity, expression };
  }
}

/** The expression that reads a plan's column. */
export function readColumn(column: PlanColumn): BoundExpression {
  return columnRef(column.id, column.name, column.type, column.collation, column.affinity);
}

/** An error at a node of the statement. */
export function bindError(code: ErrorCode, message: string, node: SourceRange, hint?: string): HeliosError {
  return new HeliosError(
    code,
    message,
    hint === undefined ? { position: node.position } : { position: node.position, hint },
  );
}

export function notSupported(what: string, node: SourceRange): HeliosError {
  return bindError('NOT_SUPPORTED', `${what} is not supported`, node);
}

/** Runs a builder, and gives errors that it raises without a place the node's. */
export function at<Result>(node: SourceRange, build: () => Result): Result {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof HeliosError) || error.position !== undefined) throw error;
    const details = { position: node.position, cause: error };
    throw new HeliosError(
      error.code,
      error.message,
      error.hint === undefined ? details : { ...details, hint: error.hint },
    );
  }
}
