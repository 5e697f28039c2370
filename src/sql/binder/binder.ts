import { type ErrorCode, HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type { CatalogEntry, TableEntry, ViewEntry } from '../../engine/catalog/catalog.ts';
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
import type { AsOfPoint } from '../ast/table-references.ts';
import type { Affinity } from '../expressions/affinity-kind.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { columnRef } from '../expressions/build.ts';
import { affinityOf, collationOf } from '../expressions/inspect.ts';
import type { StaticType } from '../expressions/static-type.ts';
import type { UserFunctions } from '../functions/user-functions.ts';
import type { LiteralParameters } from './literal-parameters.ts';
import type {
  ColumnId,
  InstantSlot,
  PlanColumn,
  ProjectedColumn,
  SharedTable,
  WorkingTableId,
} from './logical-plan.ts';
import type { References } from './references.ts';
import type { TableMemory } from './remembered.ts';
import type { Boundary } from './scope.ts';

/** Where objects live: in the files, or in the session's memory. */
export type SchemaName = 'main' | 'temp';

/** What a table holds in the newest state. */
export interface TableState {
  /** Live ones, about. */
  readonly rows: number;
  /** Of them, those that no checkpoint has written yet. */
  readonly deltaRows: number;
  readonly nextRowid: number;
  /** What AUTOINCREMENT has counted to. */
  readonly sequence: number;
  /** The oldest transaction whose state of it is there. */
  readonly oldestReadable: number;
  readonly segments: readonly {
    readonly id: number;
    readonly kind: string;
    readonly rows: number;
    readonly ended: number;
    readonly bytes: number;
    readonly minRowid: number;
    readonly maxRowid: number;
  }[];
}

/** What the binder asks of the catalogue. Without a schema, temporary objects are found before those of the files. */
export interface CatalogReader {
  /** What users have registered; absent: nothing. */
  readonly functions?: UserFunctions;
  /** Every definition that ever was, as far as it is known. */
  entries(): readonly CatalogEntry[];
  /** The table or view of that name. */
  relation(at: ReadPoint, name: string, schema?: SchemaName | null): TableEntry | ViewEntry | null;
  table(at: ReadPoint, name: string, schema?: SchemaName | null): TableDefinition | null;
  view(at: ReadPoint, name: string, schema?: SchemaName | null): ViewDefinition | null;
  index(at: ReadPoint, name: string, schema?: SchemaName | null): IndexDefinition | null;
  trigger(at: ReadPoint, name: string, schema?: SchemaName | null): TriggerDefinition | null;
  indexesOf(at: ReadPoint, tableId: number): readonly IndexDefinition[];
  /** The indexes of the table whose keys are computed, which {@link indexesOf} leaves out. */
  computedIndexesOf(at: ReadPoint, tableId: number): readonly StoredKeys[];
  /** In the order in which they were created. */
  triggersOf(at: ReadPoint, tableId: number): readonly TriggerDefinition[];
  tables(at: ReadPoint, schema?: SchemaName | null): readonly TableDefinition[];
  /** True while the object is not dropped. */
  isLive(id: number): boolean;
  /** Tables with foreign keys. */
  referringTables(at: ReadPoint, schema?: SchemaName | null): readonly TableDefinition[];
  views(at: ReadPoint, schema?: SchemaName | null): readonly ViewDefinition[];
  stateOf(tableId: number): TableState;
  /** What was bound of tables as a reader there sees them; null: it sees an older catalogue than others. */
  memory(at: ReadPoint): TableMemory | null;
}

/** An index over expressions or over some rows, with the hidden table that holds its keys. */
export interface StoredKeys {
  readonly index: IndexDefinition;
  readonly keyTable: TableDefinition;
}

/** The number of an instant, and where names are looked up for it. */
export interface InstantInPlan {
  readonly slot: number;
  readonly at: ReadPoint;
}

/** Takes the instants that a statement names. */
export interface InstantSource {
  /** `name`: that of the table; null: all of them. */
  add(unit: AsOfPoint['unit'], point: BoundExpression, name: string | null): InstantInPlan;
  /** For a text that is bound and not run: where that is now; where there is no such point, somewhere where there is the table. */
  peek(unit: AsOfPoint['unit'], point: BoundExpression, name: string | null): ReadPoint;
}

/** A WITH table in scope. */
export interface CommonTableEntry {
  readonly table: CommonTable;
  /** What its query may read: the tables of its WITH clause, and those around it. */
  readonly visible: CommonTables | null;
  /** Set inside of the table's own recursive step: the rows of the round before. */
  readonly working: WorkingTable | null;
}

export interface WorkingTable {
  readonly id: WorkingTableId;
  /** Names and types; every reference gets column ids of its own. */
  readonly columns: readonly PlanColumn[];
  /** That of the table's query: what stands in a subquery of it has another one. */
  readonly boundary: Boundary | null;
}

/** WITH tables in scope, innermost first. */
export interface CommonTables {
  readonly entry: CommonTableEntry;
  readonly rest: CommonTables | null;
}

/** What the binding of a statement and of all that it expands to shares. */
interface Counters {
  columns: number;
  /** WITH tables that were bound, null where every reference binds its own; see {@link bindCommonTable}. */
  sharedTables: Map<CommonTableEntry, SharedTable | null> | null;
  /** WITH tables whose queries are being bound. */
  openTables: Set<CommonTableEntry> | null;
  /** References to WITH tables and views: all of them, and those that are being bound. */
  references: number;
  referenceDepth: number;
}

/** What one text's binding shares: the catalogue at one point, the text, and the next column id. */
export class Binder {
  readonly catalog: CatalogReader;
  readonly at: ReadPoint;
  readonly sql: string;
  /** Where names without a schema are looked up; null: in temp, then in main. */
  readonly schema: SchemaName | null;
  /** The views whose texts lead to this one, outermost first. */
  views: readonly number[] = [];
  /** RAISE may stand in a trigger's own statements, and nowhere else. */
  insideTrigger = false;
  /** Set where somebody wants to know what the text's names stand for. */
  references: References | null = null;
  /** Where the tables of the text are read: the number of an AS OF, or null. */
  instant: InstantSlot = null;
  /** What takes the AS OF clauses; null where none may stand. */
  instants: (() => InstantSource) | null = null;
  /** Set where literals of the text may become parameters. */
  literals: LiteralParameters | null = null;
  private counters: Counters = { sharedTables: null, openTables: null, columns: 0, references: 0, referenceDepth: 0 };

  constructor(catalog: CatalogReader, at: ReadPoint, sql: string, schema: SchemaName | null = null) {
    this.catalog = catalog;
    this.at = at;
    this.sql = sql;
    this.schema = schema;
  }

  /** For a text of the catalogue that becomes part of this statement's plan. `catalog`: where its names are looked up. */
  within(sql: string, schema: SchemaName | null, view: number | null = null, catalog = this.catalog): Binder {
    const inner = new Binder(catalog, this.at, sql, schema);
    inner.views = view === null ? this.views : [...this.views, view];
    inner.counters = this.counters;
    inner.instant = this.instant;
    inner.instants = this.instants;
    return inner;
  }

  /** For a table of the text that is read at another instant. */
  asOf(at: ReadPoint, instant: InstantSlot): Binder {
    const then = new Binder(this.catalog, at, this.sql, this.schema);
    then.views = this.views;
    then.counters = this.counters;
    then.instant = instant;
    then.instants = this.instants;
    return then;
  }

  get sharedTables(): Map<CommonTableEntry, SharedTable | null> {
    this.counters.sharedTables ??= new Map();
    return this.counters.sharedTables;
  }

  get openTables(): Set<CommonTableEntry> {
    this.counters.openTables ??= new Set();
    return this.counters.openTables;
  }

  /** Binds a reference to a WITH table or a view, which binds those that it refers to. */
  insideReference<Result>(node: SourceRange, bind: () => Result): Result {
    const { counters } = this;
    counters.references++;
    const isDeep = counters.referenceDepth >= LIMITS.nestingDepth;
    if (isDeep || counters.references > LIMITS.commonTableReferences) {
      const limit = isDeep ? LIMITS.nestingDepth : LIMITS.commonTableReferences;
      throw bindError('LIMIT_EXCEEDED', `WITH tables and views refer to each other more than ${limit} times`, node);
    }
    counters.referenceDepth++;
    try {
      return bind();
    } finally {
      counters.referenceDepth--;
    }
  }

  column(name: string, type: StaticType, collation: Collation = 'BINARY', affinity: Affinity = 'NONE'): PlanColumn {
    return { id: this.newColumnId(), name, type, collation, affinity };
  }

  newColumnId(): ColumnId {
    return this.counters.columns++;
  }

  /** What {@link newColumnId} answers next. */
  get nextColumnId(): ColumnId {
    return this.counters.columns;
  }

  /** So many ids are those of columns that are there already. */
  skipColumnIds(count: number): void {
    this.counters.columns += count;
  }

  /** A column for an expression's value: the same column when the expression is one. */
  projected(name: string, expression: BoundExpression): ProjectedColumn {
    const collation = collationOf(expression)?.collation ?? 'BINARY';
    const { type } = expression;
    const affinity = affinityOf(expression);
    const id = expression.kind === 'column' ? expression.index : this.counters.columns++;
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
    throw placedAt(node, error);
  }
}

/** What {@link at} throws, for who calls a builder so often that a closure for each call is too much. */
export function placedAt(node: SourceRange, error: unknown): unknown {
  if (!(error instanceof HeliosError) || error.position !== undefined) return error;
  const details = { position: node.position, cause: error };
  return new HeliosError(
    error.code,
    error.message,
    error.hint === undefined ? details : { ...details, hint: error.hint },
  );
}
