import type { Collation, IndexDefinition, TableDefinition } from '../../engine/catalog/definitions.ts';
import type { PhysicalKind } from '../../engine/column/types.ts';
import type { ScanOrder } from '../../engine/table/access.ts';
import type { GroupEnd } from '../../engine/table/group-ends.ts';
import type {
  ColumnId,
  InstantSlot,
  JoinKind,
  PlanColumn,
  RankingFunction,
  VersionsSince,
  WindowFrame,
  WorkingTableId,
  YieldedColumn,
} from '../binder/logical-plan.ts';
import type { BoundExpression, SubqueryHandle } from '../expressions/bound-expression.ts';
import type { AggregateDefinition } from '../functions/aggregates/definition.ts';
import type { TableFunctionDefinition } from '../functions/tables/definition.ts';
import type { JoinRange } from './join-range.ts';

/**
 * What the executor builds operators from: frozen data. `columns` is what an operator yields, in order; in its
 * expressions a `column`'s index is the position among the columns that the operator reads.
 */
export type PhysicalPlan =
  | TableScanPlan
  | RowidLookupPlan
  | IndexScanPlan
  | GroupEndScanPlan
  | UnionScanPlan
  | ValuesPlan
  | FilterPlan
  | ProjectPlan
  | HashJoinPlan
  | MergeJoinPlan
  | NestedLoopJoinPlan
  | LookupJoinPlan
  | AggregatePlan
  | DistinctPlan
  | SortPlan
  | TopNPlan
  | LimitPlan
  | SetOperationPlan
  | WindowPlan
  | RecursivePlan
  | WorkingTablePlan
  | TableFunctionPlan
  | CommonTablePlan
  | CountedPlan;

interface PlanNode {
  readonly columns: readonly PlanColumn[];
}

/** An expression without columns, evaluated when the operator opens. */
export interface PlanBound {
  readonly expression: BoundExpression;
  readonly inclusive: boolean;
}

export interface PlanRange {
  /** Number in the table, or ROWID_COLUMN. */
  readonly column: number;
  readonly low: PlanBound | null;
  readonly high: PlanBound | null;
}

/** What all ways to a table's rows have. */
export interface TableAccess extends PlanNode {
  readonly table: TableDefinition;
  readonly instant: InstantSlot;
  readonly alias: string;
  /** Per yielded column its number in the table, ROWID_COLUMN or LOCATION_COLUMN. */
  readonly tableColumns: readonly number[];
  /** Everything that a row must satisfy, whatever the access path has ensured already; null: nothing. */
  readonly filter: BoundExpression | null;
}

export interface TableScanPlan extends TableAccess {
  readonly kind: 'table-scan';
  /** VERSIONS BETWEEN: see ScanNode. */
  readonly since: VersionsSince | null;
  readonly ranges: readonly PlanRange[];
  /** The filter is that the ranges' columns lie in them, and nothing else: zone maps may decide it for a block. */
  readonly isFilterOfRanges: boolean;
  readonly order: ScanOrder;
}

/** At most one row per key; or the rows whose rowids a stretch of an index with computed keys yields. */
export interface RowidLookupPlan extends TableAccess {
  readonly kind: 'rowid-lookup';
  readonly keys: readonly BoundExpression[];
  readonly through: KeySearchPlan | null;
}

/** A stretch of the index over a key table, whose rowids are those of the indexed table. */
export interface KeySearchPlan {
  readonly index: IndexDefinition;
  readonly instant: InstantSlot;
  readonly keyTable: TableDefinition;
  readonly equal: readonly BoundExpression[];
  readonly low: PlanBound | null;
  readonly high: PlanBound | null;
}

/** A stretch of an index: its first columns equal `equal`, and the next one lies between the bounds. */
export interface IndexStretchPlan {
  readonly index: IndexDefinition;
  readonly equal: readonly BoundExpression[];
  /** Per value of `equal`: it is the NULL that is looked for; any other NULL equals nothing. */
  readonly nulls: readonly boolean[];
  /** NULLs of the column behind `equal` are left out. */
  readonly skipsNulls: boolean;
  readonly low: PlanBound | null;
  readonly high: PlanBound | null;
}

export interface IndexScanPlan extends TableAccess, IndexStretchPlan {
  readonly kind: 'index-scan';
  /** Stretches of other indexes in which the rows lie, too. */
  readonly also: readonly IndexStretchPlan[];
  /** Values of the column behind `equal`: a stretch of the index for each that differs, and the bounds are those of the column
   * behind it; null: one stretch. */
  readonly anyOf: readonly BoundExpression[] | null;
  /** any: the rows' order does not matter. */
  readonly direction: 'forward' | 'backward' | 'any';
}

/** Of each group of rows that are equal in the index's first column, the row at one end of it, and perhaps others. No filter. */
export interface GroupEndScanPlan extends TableAccess {
  readonly kind: 'group-end-scan';
  readonly index: IndexDefinition;
  /** Of the index's first column. */
  readonly keyKind: PhysicalKind;
  readonly end: GroupEnd;
}

/** The rows that one of several scans of a table finds, each once. The last of the branches' columns is the location. */
export interface UnionScanPlan extends PlanNode {
  readonly kind: 'union-scan';
  readonly table: TableDefinition;
  readonly alias: string;
  readonly branches: readonly PhysicalPlan[];
  readonly filter: BoundExpression | null;
}

export interface ValuesPlan extends PlanNode {
  readonly kind: 'values';
  readonly rows: readonly (readonly BoundExpression[])[];
}

export interface FilterPlan extends PlanNode {
  readonly kind: 'filter';
  readonly input: PhysicalPlan;
  readonly condition: BoundExpression;
}

export interface ProjectPlan extends PlanNode {
  readonly kind: 'project';
  readonly input: PhysicalPlan;
  readonly expressions: readonly BoundExpression[];
}

/** The mirrored kinds keep rows of the right side, which is the one that is held in memory. */
export type PhysicalJoinKind = JoinKind | 'right' | 'right-semi' | 'right-anti';

/**
 * The right side is held in memory. Yields the left side's columns, then the right side's; of `semi` and `anti` only
 * the left side's, of `mark` these and the mark, of `right-semi` and `right-anti` only the right side's.
 */
interface JoinPlan extends PlanNode {
  readonly join: PhysicalJoinKind;
  readonly left: PhysicalPlan;
  readonly right: PhysicalPlan;
  /** Over the left side's columns and then the right side's; null: the keys are all there is. */
  readonly condition: BoundExpression | null;
  /** How rows are found that may be partners, because a comparison of an IN is unknown for them; null: not at all. */
  readonly nullAware: NullAwarePlan | null;
  /** True when the left side's rows come in the order that is wanted of the join's. */
  readonly keepsOrder: boolean;
}

export interface NullAwarePlan {
  /** The keys from this one on are comparisons of the IN: a NULL on either side makes them unknown. */
  readonly firstKey: number;
  /** True when other comparisons may be unknown too: then rows without NULL keys are looked at as well. */
  readonly everyPair: boolean;
  /** Over the columns of both sides: not false of rows that may be partners. */
  readonly condition: BoundExpression | null;
}

export interface HashJoinPlan extends JoinPlan {
  readonly kind: 'hash-join';
  readonly leftKeys: readonly BoundExpression[];
  readonly rightKeys: readonly BoundExpression[];
  readonly collations: readonly Collation[];
  /** Per key: NULL equals NULL. */
  readonly nullsEqual: readonly boolean[];
}

/** Both sides come in the ascending order of the key, NULLs first; NULL equals nothing. */
export interface MergeJoinPlan extends JoinPlan {
  readonly kind: 'merge-join';
  readonly leftKey: BoundExpression;
  readonly rightKey: BoundExpression;
  readonly collation: Collation;
}

export interface NestedLoopJoinPlan extends JoinPlan {
  readonly kind: 'nested-loop-join';
  /** What narrows the right rows that a left row is joined with, which the condition looks at too; null: nothing. */
  readonly range: JoinRange | null;
}

/** Opens the right side for every left row, which it reads through `outer` expressions of depth 0. */
export interface LookupJoinPlan extends PlanNode {
  readonly kind: 'lookup-join';
  readonly join: Exclude<JoinKind, 'full'>;
  readonly left: PhysicalPlan;
  readonly right: PhysicalPlan;
  /** Positions of the left columns that decide what the right side yields; null: not known. */
  readonly reads: readonly number[] | null;
  /** How the rows for many left rows are found at once, instead of opening the right side for each; null: they are not. */
  readonly probe: ProbePlan | null;
}

/** A table's rows by an index or by rowid, for a batch of keys. The right side's plan says the same for one left row. */
export interface ProbePlan {
  readonly table: TableDefinition;
  readonly instant: InstantSlot;
  /** null: the key is the rowid. */
  readonly index: IndexDefinition | null;
  /** Over the left side's columns: values of the index's first columns. */
  readonly keys: readonly BoundExpression[];
  /** Of the right side's columns, as in {@link TableAccess}. */
  readonly tableColumns: readonly number[];
  /** Over the columns of both sides: what the keys do not ensure; null: nothing. */
  readonly condition: BoundExpression | null;
}

export interface AggregateCallPlan {
  readonly definition: AggregateDefinition;
  readonly arguments: readonly BoundExpression[];
  readonly distinct: boolean;
  readonly collation: Collation;
  readonly filter: BoundExpression | null;
  /** The order in which rows are added; empty: as they come. */
  readonly orderBy: readonly AggregateOrderPlan[];
}

export interface AggregateOrderPlan {
  readonly expression: BoundExpression;
  readonly collation: Collation;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Yields the keys, then the calls, then the bare columns, and with `sets` which keys a row is not grouped by. */
export interface AggregatePlan extends PlanNode {
  readonly kind: 'aggregate';
  /** Each set of keys, given by their positions, is grouped on its own; null: one set of all keys. */
  readonly sets: readonly (readonly number[])[] | null;
  readonly input: PhysicalPlan;
  readonly keys: readonly BoundExpression[];
  readonly calls: readonly AggregateCallPlan[];
  /** Positions of the bare columns in the input. */
  readonly bare: readonly number[];
  /** The call (a min or max) whose extreme row the bare columns come from; null: the group's first row. */
  readonly bareFrom: number | null;
  /**
   * Set where the rows of a group come one after the other: it is handed on as soon as it ends. 'wanted': and the groups
   * come in the order that the operator above wants.
   */
  readonly streams: 'keys' | 'wanted' | null;
  /** Zone maps tell what each call adds up of a block: rows, or a column's values that are not NULL, or its extremes. */
  readonly isOfZoneMaps: boolean;
}

export interface DistinctPlan extends PlanNode {
  readonly kind: 'distinct';
  readonly input: PhysicalPlan;
  /** Positions of the columns that are compared. */
  readonly keys: readonly number[];
}

export interface SortTermPlan {
  readonly position: number;
  readonly collation: Collation;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface SortPlan extends PlanNode {
  readonly kind: 'sort';
  readonly input: PhysicalPlan;
  readonly terms: readonly SortTermPlan[];
}

/** The first limit + offset rows of a sort, without those of the offset. */
export interface TopNPlan extends PlanNode {
  readonly kind: 'top-n';
  readonly input: PhysicalPlan;
  readonly terms: readonly SortTermPlan[];
  readonly limit: BoundExpression;
  readonly offset: BoundExpression | null;
}

export interface LimitPlan extends PlanNode {
  readonly kind: 'limit';
  /** Rows that these terms cannot tell from the last one come too; empty: none do. */
  readonly ties: readonly SortTermPlan[];
  readonly input: PhysicalPlan;
  readonly limit: BoundExpression | null;
  readonly offset: BoundExpression | null;
}

/** Positions of the result's columns in either side are `leftSlots` and `rightSlots`. */
export interface SetOperationPlan extends PlanNode {
  readonly kind: 'set-operation';
  readonly operator: 'UNION' | 'INTERSECT' | 'EXCEPT';
  readonly collations: readonly Collation[];
  readonly all: boolean;
  readonly left: PhysicalPlan;
  readonly right: PhysicalPlan;
  readonly leftSlots: readonly number[];
  readonly rightSlots: readonly number[];
}

/** Positions are among the input's columns. */
export interface WindowCallPlan {
  readonly column: PlanColumn;
  readonly function: AggregateDefinition | RankingFunction;
  readonly arguments: readonly number[];
  readonly filter: number | null;
  readonly collation: Collation;
  /** The order in which an aggregate takes the rows of a frame; empty: as they come. */
  readonly orderBy: readonly SortTermPlan[];
  readonly ignoresNulls: boolean;
  /** Offsets are expressions without columns. */
  readonly frame: WindowFrame;
}

/** Yields the input's columns, then the calls. */
export interface WindowPlan extends PlanNode {
  readonly kind: 'window';
  readonly input: PhysicalPlan;
  /** The partition's columns, then the order's. */
  readonly terms: readonly SortTermPlan[];
  readonly partitionTerms: number;
  readonly calls: readonly WindowCallPlan[];
}

export interface RecursivePlan extends PlanNode {
  readonly kind: 'recursive';
  readonly anchor: QueryPlan;
  readonly steps: readonly QueryPlan[];
  readonly distinct: boolean;
  readonly collations: readonly Collation[];
  /** Not empty: rows are taken one by one, the first in this order each time. */
  readonly terms: readonly SortTermPlan[];
  readonly workingTable: WorkingTableId;
}

/** Calls the function once each time it is opened; arguments have no columns. */
export interface TableFunctionPlan extends PlanNode {
  readonly kind: 'table-function';
  readonly definition: TableFunctionDefinition;
  readonly alias: string;
  readonly arguments: readonly BoundExpression[];
  readonly columns: readonly YieldedColumn[];
}

export interface WorkingTablePlan extends PlanNode {
  readonly kind: 'working-table';
  readonly workingTable: WorkingTableId;
}

/** An operator that is watched: EXPLAIN ANALYZE puts one above every other. */
export interface CountedPlan extends PlanNode {
  readonly kind: 'counted';
  readonly input: PhysicalPlan;
  readonly counters: OperatorCounters;
  /** Milliseconds, from an arbitrary start. */
  readonly now: () => number;
}

/** What an operator did, its inputs' time included. */
export interface OperatorCounters {
  rows: number;
  opens: number;
  timeMs: number;
  /** Bytes that it has put into the file for want of memory. */
  spilledBytes: number;
  /** null: it reads no table itself. */
  reads: { segmentsRead: number; segmentsPruned: number; blocksRead: number; blocksPruned: number } | null;
}

/** The rows of a WITH table's query, which runs once per execution. */
export interface CommonTablePlan extends PlanNode {
  readonly kind: 'common-table';
  readonly shared: SharedQuery;
  /** Per yielded column its position in the query's plan. */
  readonly slots: readonly number[];
}

/** A query whose rows several operators read, by identity. */
export interface SharedQuery {
  readonly name: string;
  readonly query: QueryPlan;
  /** Positions in the query's plan that some operator reads: all of them once the statement is planned. */
  readonly readSlots: Set<number>;
}

/** A plan and where in its columns the result lies. */
export interface QueryPlan {
  readonly plan: PhysicalPlan;
  readonly columns: readonly PlanColumn[];
  readonly slots: readonly number[];
}

/** The handle that expressions of physical plans carry: a subquery, and where the host's row has the columns it reads. */
export interface PlannedSubquery extends SubqueryHandle {
  readonly kind: 'planned-subquery';
  readonly query: QueryPlan;
  /** Columns of the row that it is evaluated for, by id. Columns of rows further out are not among them. */
  readonly slots: ReadonlyMap<ColumnId, number>;
}
