import type { Collation, IndexDefinition, TableDefinition } from '../../engine/catalog/definitions.ts';
import type { Affinity } from '../expressions/affinity-kind.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { StaticType } from '../expressions/static-type.ts';
import type { AggregateDefinition } from '../functions/aggregates/definition.ts';
import type { TableFunctionDefinition } from '../functions/tables/definition.ts';
import type { ComputedIndex } from './computed-indexes.ts';

/**
 * A number that names one column of one operator, unique in the statement. In logical plans the `index` of a `column`
 * expression is such an id, so that rules can move expressions without renumbering; the planner turns ids into
 * positions when it builds operators. A column that passes through an operator unchanged keeps its id.
 */
export type ColumnId = number;

/** A set of columns that can be asked for one. */
export interface ColumnIds {
  has(id: ColumnId): boolean;
}

/** A column that an operator yields. */
export interface PlanColumn {
  readonly id: ColumnId;
  readonly name: string;
  readonly type: StaticType;
  readonly collation: Collation;
  /** The declared column's affinity; NONE for a computed column. */
  readonly affinity: Affinity;
}

/** The relational plan before physical decisions: frozen data; rules return new trees. */
export type LogicalPlan =
  | ScanNode
  | ValuesNode
  | FilterNode
  | ProjectNode
  | JoinNode
  | ApplyNode
  | AggregateNode
  | DistinctNode
  | SortNode
  | LimitNode
  | SetOperationNode
  | WindowNode
  | RecursiveNode
  | WorkingTableNode
  | TableFunctionNode
  | CommonTableNode;

/** The number of the statement's AS OF that a table is read at; null: it is read as the statement finds it. */
export type InstantSlot = number | null;

/** Where VERSIONS BETWEEN begins, and what may find versions: for the planner they have neither keys nor indexes. */
export interface VersionsSince {
  readonly slot: number;
  /** As it is defined at the end. */
  readonly table: TableDefinition;
  readonly indexes: readonly IndexDefinition[];
}

/** All visible rows of a table. */
export interface ScanNode {
  readonly kind: 'scan';
  readonly table: TableDefinition;
  readonly instant: InstantSlot;
  /** VERSIONS BETWEEN: all versions from this instant until the other one; null: the rows that are visible there. */
  readonly since: VersionsSince | null;
  readonly indexes: readonly IndexDefinition[];
  readonly computedIndexes: readonly ComputedIndex[];
  readonly alias: string;
  readonly columns: readonly ScanColumn[];
  /** Conditions on this table alone, all of which must hold. */
  readonly conditions: readonly BoundExpression[];
  /** INDEXED BY: this index or an error; false: no index. */
  readonly indexedBy: string | false | null;
}

/** The pseudo column that yields a row's location as a number: what UPDATE and DELETE act on. */
export const LOCATION_COLUMN = -2;

export interface ScanColumn extends PlanColumn {
  /** Number in the table, ROWID_COLUMN or LOCATION_COLUMN. */
  readonly column: number;
}

/** Literal rows. One row of no columns is what a SELECT without FROM reads. */
export interface ValuesNode {
  readonly kind: 'values';
  readonly columns: readonly PlanColumn[];
  readonly rows: readonly (readonly BoundExpression[])[];
}

export interface FilterNode {
  readonly kind: 'filter';
  readonly input: LogicalPlan;
  readonly conditions: readonly BoundExpression[];
}

export interface ProjectedColumn extends PlanColumn {
  readonly expression: BoundExpression;
}

export interface ProjectNode {
  readonly kind: 'project';
  readonly input: LogicalPlan;
  readonly columns: readonly ProjectedColumn[];
}

/**
 * inner, left, full: pairs of rows, and for `left` and `full` the rows without a partner. RIGHT joins are bound as left
 * joins with sides exchanged.
 * semi, anti: the left rows that have a partner, or have none; the right side's columns are gone.
 * single: every left row once, with the first of its partners or with NULLs.
 * mark: every left row once, with a column that says whether it has a partner: 1, 0, or NULL where it may have one.
 */
export type JoinKind = 'inner' | 'left' | 'full' | 'semi' | 'anti' | 'single' | 'mark';

export interface JoinNode {
  readonly kind: 'join';
  readonly join: JoinKind;
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
  /** What must be true of two rows for them to be partners. */
  readonly conditions: readonly BoundExpression[];
  /**
   * Of `anti` and `mark` only: the comparisons of an IN. Where one of them is unknown and the others, and all of
   * `conditions`, are true, the rows may be partners: `anti` drops the left row then, `mark` yields NULL.
   */
  readonly nullAware?: readonly BoundExpression[];
  /** The column that a mark join adds. */
  readonly mark?: PlanColumn;
  /** A left join that was written as a RIGHT JOIN: rows come in the order of its right side where that costs nothing. */
  readonly mirrored?: true;
}

/**
 * A join whose right side is computed for each left row: LATERAL. The right side reads the left row through `outer`
 * expressions of depth 0; what lies further out is one step deeper for it than for the left side.
 */
export interface ApplyNode {
  readonly kind: 'apply';
  readonly join: 'inner' | 'left' | 'semi' | 'anti' | 'single';
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
  /** The columns of the left side that the right side reads. */
  readonly free: readonly ColumnId[];
}

export interface AggregateCall {
  readonly column: PlanColumn;
  readonly definition: AggregateDefinition;
  readonly arguments: readonly BoundExpression[];
  readonly distinct: boolean;
  /** How min, max and DISTINCT compare: the first argument's collation. The result itself has none. */
  readonly collation: Collation;
  readonly filter: BoundExpression | null;
  /** ORDER BY inside the call; empty where none was written. */
  readonly orderBy: readonly AggregateOrder[];
}

export interface AggregateOrder {
  readonly expression: BoundExpression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** No keys: one group, even of no rows. */
export interface AggregateNode {
  readonly kind: 'aggregate';
  readonly input: LogicalPlan;
  /** Where there are `sets`, none of them keeps the id of a column of the input. */
  readonly keys: readonly ProjectedColumn[];
  /** ROLLUP, CUBE, GROUPING SETS: each set, given by positions among the keys, is grouped on its own. */
  readonly sets?: readonly (readonly number[])[];
  /** With `sets`, a column whose bit i is set in rows of sets that key i is not in. */
  readonly grouping?: PlanColumn;
  readonly calls: readonly AggregateCall[];
  /** Columns that are neither keys nor aggregated: their value in the group's first row, or, when `bareFrom` is set… */
  readonly bare: readonly PlanColumn[];
  /** …in the row where this call (a min or max) has its extreme. */
  readonly bareFrom: ColumnId | null;
}

/** Of rows that are equal in all of `columns`, the first. */
export interface DistinctNode {
  readonly kind: 'distinct';
  readonly input: LogicalPlan;
  readonly columns: readonly PlanColumn[];
}

export interface SortTerm {
  readonly column: PlanColumn;
  readonly collation: Collation;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface SortNode {
  readonly kind: 'sort';
  readonly input: LogicalPlan;
  readonly terms: readonly SortTerm[];
}

/** Expressions without columns, evaluated once. NULL or negative: no limit. */
export interface LimitNode {
  readonly kind: 'limit';
  /** WITH TIES: rows that these terms cannot tell from the last one come too. The input is sorted by them. */
  readonly ties?: readonly SortTerm[];
  readonly input: LogicalPlan;
  readonly limit: BoundExpression | null;
  readonly offset: BoundExpression | null;
}

export interface SetOperationNode {
  readonly kind: 'set-operation';
  readonly operator: 'UNION' | 'INTERSECT' | 'EXCEPT';
  readonly all: boolean;
  readonly left: Query;
  readonly right: Query;
  /** The result's own columns, one per column of the sides. */
  readonly columns: readonly PlanColumn[];
  /** What each column is compared by; who reads the result sees those of its columns. */
  readonly collations: readonly (Collation | null)[];
}

/** A plan and the columns of it that are its result, in order; the plan may yield more. */
export interface Query {
  readonly plan: LogicalPlan;
  readonly columns: readonly PlanColumn[];
}

/**
 * WITH RECURSIVE: the rows of `anchor`, then what `steps` make of them, then what they make of those, until nothing new
 * comes. Each step reads the rows of the round before through its {@link WorkingTableNode}.
 */
export interface RecursiveNode {
  readonly kind: 'recursive';
  readonly anchor: Query;
  readonly steps: readonly Query[];
  /** UNION: a row that was there already is dropped. */
  readonly distinct: boolean;
  /** What UNION compares each column by; null: as BINARY. */
  readonly collations: readonly (Collation | null)[];
  /** ORDER BY of the recursive query: rows are taken one by one, the first in order each time. */
  readonly terms: readonly SortTerm[];
  readonly columns: readonly PlanColumn[];
  readonly workingTable: WorkingTableId;
}

/** A reference to a WITH table whose rows several references may share. */
export interface CommonTableNode {
  readonly kind: 'common-table';
  readonly table: SharedTable;
  /** This reference's own columns, one per column of the table's query. */
  readonly columns: readonly PlanColumn[];
}

/** A WITH table, by identity. Its query reads no row of an enclosing query. */
export interface SharedTable {
  readonly name: string;
  readonly query: Query;
  /** The MATERIALIZED hint. */
  readonly isMaterialized: boolean;
}

/** Names the rows that a recursive query hands to its steps, by identity. */
export interface WorkingTableId {
  readonly name: string;
}

/** The rows that a function yields for arguments without columns: of enclosing queries and of a left row they may be. */
export interface TableFunctionNode {
  readonly kind: 'table-function';
  readonly definition: TableFunctionDefinition;
  readonly alias: string;
  readonly arguments: readonly BoundExpression[];
  readonly columns: readonly YieldedColumn[];
}

/** The number of the column that WITH ORDINALITY adds: the rows' own, from 1. */
export const ORDINALITY = -1;

export interface YieldedColumn extends PlanColumn {
  /** Among the definition's columns, or {@link ORDINALITY}. */
  readonly number: number;
}

export interface WorkingTableNode {
  readonly kind: 'working-table';
  readonly columns: readonly PlanColumn[];
  readonly workingTable: WorkingTableId;
}

/** Adds a column per call. All calls of a node share their partitions and order; rows come out in that order. */
export interface WindowNode {
  readonly kind: 'window';
  readonly input: LogicalPlan;
  readonly partition: readonly PlanColumn[];
  readonly order: readonly SortTerm[];
  readonly calls: readonly WindowCall[];
}

/** A function that only exists over a window. */
export type RankingFunction =
  | 'row_number'
  | 'rank'
  | 'dense_rank'
  | 'percent_rank'
  | 'cume_dist'
  | 'ntile'
  | 'lag'
  | 'lead'
  | 'first_value'
  | 'last_value'
  | 'nth_value';

export interface WindowCall {
  readonly column: PlanColumn;
  readonly function: AggregateDefinition | RankingFunction;
  readonly arguments: readonly PlanColumn[];
  /** FILTER: rows for which it is not true do not count. */
  readonly filter: PlanColumn | null;
  readonly collation: Collation;
  /** The order in which an aggregate takes the rows of a frame; empty: as they come. */
  readonly orderBy: readonly SortTerm[];
  /** IGNORE NULLS: rows whose first argument is NULL are not counted. */
  readonly ignoresNulls: boolean;
  readonly frame: WindowFrame;
}

export interface WindowFrame {
  readonly unit: 'ROWS' | 'RANGE' | 'GROUPS';
  readonly start: FrameEdge;
  readonly end: FrameEdge;
  readonly exclude: 'NO OTHERS' | 'CURRENT ROW' | 'GROUP' | 'TIES';
}

/** `offset` is constant, and null where the bound has none. */
export interface FrameEdge {
  readonly bound: 'UNBOUNDED PRECEDING' | 'PRECEDING' | 'CURRENT ROW' | 'FOLLOWING' | 'UNBOUNDED FOLLOWING';
  readonly offset: BoundExpression | null;
}
