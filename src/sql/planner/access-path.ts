import { HeliosError } from '../../base/errors.ts';
import type { Collation, IndexColumn, IndexDefinition } from '../../engine/catalog/definitions.ts';
import { type PhysicalKind, physicalKind } from '../../engine/column/types.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import { ROWID_INDEX } from '../../engine/table/rowid-order.ts';
import type { ScanNode, SortTerm } from '../binder/logical-plan.ts';
import { sameName } from '../binder/names.ts';
import { didYouMean } from '../binder/near-miss.ts';
import { CREATED_TXN_COLUMN, VERSION_ROWID_COLUMN } from '../binder/version-columns.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { literal } from '../expressions/build.ts';
import {
  type ColumnCondition,
  type ColumnList,
  conditionsOnColumns,
  listsOnColumns,
  type NullTest,
  nullTestsOnColumns,
} from './column-conditions.ts';
import type { ComputedPath } from './computed-path.ts';
import { COMPUTED_PATHS } from './late-parts.ts';

/** How a scan finds its rows. The scan's conditions are checked afterwards, but for those that the path ensures. */
export type AccessPath = RowidPath | IndexPath | ComputedPath | ScanPath;

export interface RowidPath {
  readonly kind: 'rowid';
  readonly keys: readonly BoundExpression[];
  /** The conditions that every row found so fulfils. */
  readonly ensured: readonly BoundExpression[];
}

export interface IndexPath {
  readonly kind: 'index';
  readonly index: IndexDefinition;
  readonly equal: readonly BoundExpression[];
  /** Per value of `equal`: it is the NULL that IS NULL looks for; any other NULL equals nothing. */
  readonly nulls: readonly boolean[];
  /** The column behind `equal` is not NULL. */
  readonly skipsNulls: boolean;
  /** The values of an IN over the column behind `equal`: a stretch each; null: one stretch. */
  readonly anyOf: readonly BoundExpression[] | null;
  /** Ends of the column behind `equal`, and `anyOf`. */
  readonly low: ColumnCondition | null;
  readonly high: ColumnCondition | null;
  /** The direction in which the index yields the wanted order; any: it does not, or none is wanted. */
  readonly direction: 'forward' | 'backward' | 'any';
  /** The conditions that the stretch of the index stands for: it orders values exactly as they compare. */
  readonly ensured: readonly BoundExpression[];
  /** Other indexes, in whose stretches the rows lie as well. */
  readonly also: readonly IndexPath[];
  /** The conditions that all rows of the stretches fulfil, be they checked again or not. */
  readonly narrowing: readonly BoundExpression[];
}

export interface ScanPath {
  readonly kind: 'scan';
  /** What zone maps may use. */
  readonly conditions: readonly ColumnCondition[];
  readonly ensured: readonly [];
}

/** An order that the scan's reader would like, and whether it will stop early. */
export interface WantedOrder {
  readonly terms: readonly SortTerm[];
  readonly stopsEarly: boolean;
  /** The rows that are equal in it must come in the order in which a scan finds them. */
  readonly isStable?: true;
}

/** What is known of a scan's table. */
export interface TableFacts {
  readonly rows: number;
  /** The share of its rows for which all of the conditions are true. */
  share(conditions: readonly BoundExpression[]): number;
}

/** An index that finds less than this share of what another one finds is better, whatever the conditions look like. */
const FAR_FEWER = 0.5;
/** A row that an index finds costs about as much as so many rows of a scan. */
export const LOOKUP_COST = 8;

/** A position in a stretch of an index that is compared with those in another one costs about as much as so many. */
const STRETCH_COST = 1.5;
/** A second index has to spare this share of the work, of so many rows or more. */
const WORTH_ANOTHER = 0.7;
const MANY_FOUND = 500;
const MOST_OTHERS = 3;

/** Rows that are scanned in the time that it takes to look a key up in an index. */
const ROWS_PER_LOOKUP = 200;
/** Rows of a table that is read in no time either way. */
const SMALL_ROWS = 2000;
/** Longest list of rowids that is looked up one by one. */
const LOOKUP_KEYS = 1000;

/**
 * Rowid lookup, then the index that finds fewest rows; where that is not known, or not far apart, the one with the longest
 * run of equalities, then one that gives the wanted order to a reader that stops early, then a range; otherwise a scan
 * with zone maps. An index that finds a large part of the table, in an order that nobody wants, is slower than that.
 */
export function chooseAccessPath(
  scan: ScanNode,
  wanted: WantedOrder | null,
  table: TableFacts | null = null,
): AccessPath {
  const tableRows = table === null ? Number.POSITIVE_INFINITY : table.rows;
  const conditions = conditionsOnColumns(scan);
  const scanPath: ScanPath = { kind: 'scan', conditions: conditions.filter(isForZoneMap(scan)), ensured: [] };
  if (scan.indexedBy === false) return scanPath;
  const lists = listsOnColumns(scan);
  const rowid = rowidPath(conditions, lists);
  if (rowid !== null && scan.indexedBy === null) return rowid;
  const computed = scan.computedIndexes.length === 0 ? null : COMPUTED_PATHS.get().computedPath(scan);
  if (computed !== null && typeof scan.indexedBy === 'string') return computed;
  const usable: Usable = {
    conditions,
    lists: lists.filter(({ values }) => values.length * ROWS_PER_LOOKUP <= tableRows),
    nullTests: nullTestsOnColumns(scan),
  };
  const known = table !== null && table.rows >= SMALL_ROWS ? table : null;
  const candidates = candidateIndexes(scan, wanted);
  const isAnyGood = wanted !== null || known !== null || typeof scan.indexedBy === 'string';
  const narrowing = isAnyGood ? candidates : candidates.filter((index) => narrows(scan, index, usable));
  const paths = narrowing.map((index) => indexPath(scan, index, usable, wanted));
  const found = paths.reduce<IndexPath | null>((a, b) => (a === null || isPreferred(b, a, known) ? b : a), null);
  const best = found === null || known === null ? found : withOthers(found, paths, known);
  if (computed !== null && isBetter(computed, best)) return computed;
  if (best === null) return scanPath;
  if (typeof scan.indexedBy === 'string') return best;
  const isOrdered = best.direction !== 'any' && wanted?.stopsEarly === true;
  const ends = endsOf(best);
  // Half a range is mostly a large part of the table; of a small one it costs nothing, and the order is the index's.
  const isRange = ends > (table === null ? 1 : 0) || (known !== null && best.skipsNulls);
  const isNarrow = best.equal.length > 0 || best.anyOf !== null || isRange;
  if (isOrdered || !isNarrow) return isOrdered ? best : scanPath;
  const isWorthIt = best.direction !== 'any' || known === null || costShare(best, known) <= 1;
  return isWorthIt ? best : scanPath;
}

/** The share of the table's rows that the stretch of a path's own index has. */
function shareFound({ index, equal, nulls, narrowing }: IndexPath, table: TableFacts): number {
  if (narrowing.length === 0) return 1;
  return index.unique && equal.length === index.columns.length && !nulls.includes(true)
    ? 1 / table.rows
    : table.share(narrowing);
}

/** What finding a path's rows costs, as a share of what scanning the table does. */
function costShare(path: IndexPath, table: TableFacts): number {
  const own = shareFound(path, table);
  if (path.also.length === 0) return own * LOOKUP_COST;
  const stretches = path.also.reduce((sum, other) => sum + shareFound(other, table), own);
  const conditions = new Set([path, ...path.also].flatMap(({ narrowing }) => narrowing));
  return stretches * STRETCH_COST + table.share([...conditions]) * LOOKUP_COST;
}

/** The path, and the indexes whose stretches leave so few of its rows that finding those there as well pays. */
function withOthers(path: IndexPath, paths: readonly IndexPath[], table: TableFacts): IndexPath {
  if (path.anyOf !== null || path.direction !== 'any' || shareFound(path, table) * table.rows < MANY_FOUND) return path;
  let best = path;
  for (const other of paths) {
    const isNew = other.narrowing.some((condition) => !best.ensured.includes(condition));
    if (!isNew || other === path || other.anyOf !== null || best.also.length >= MOST_OTHERS) continue;
    const ensured = [...new Set([...best.ensured, ...other.ensured])];
    const both = { ...best, also: [...best.also, other], ensured };
    if (costShare(both, table) < Math.min(1, costShare(best, table)) * WORTH_ANOTHER) best = both;
  }
  return best;
}

function isPreferred(path: IndexPath, other: IndexPath, table: TableFacts | null): boolean {
  if (table !== null && (path.narrowing.length > 0 || other.narrowing.length > 0)) {
    const [share, otherShare] = [shareFound(path, table), shareFound(other, table)];
    if (share < otherShare * FAR_FEWER) return true;
    if (otherShare < share * FAR_FEWER) return false;
  }
  return score(path) > score(other);
}

/** A computed index costs one lookup more per row than an ordinary one that finds as much. */
function isBetter({ equal, low, high }: ComputedPath, best: IndexPath | null): boolean {
  if (best !== null && best.equal.length >= Math.max(equal.length, 1)) return false;
  return equal.length > 0 || (low !== null && high !== null);
}

function rowidPath(conditions: readonly ColumnCondition[], lists: readonly ColumnList[]): RowidPath | null {
  const equality = conditions.find(({ column, operator }) => column === ROWID_COLUMN && operator === '=');
  if (equality !== undefined) {
    return { kind: 'rowid', keys: [equality.value], ensured: [equality.condition] };
  }
  const list = lists.find(({ column, values }) => column === ROWID_COLUMN && values.length <= LOOKUP_KEYS);
  return list === undefined ? null : { kind: 'rowid', keys: list.values, ensured: [] };
}

/** The table's indexes; a reader that stops early may take its rows in the order of the rowid as well. */
function candidateIndexes(scan: ScanNode, wanted: WantedOrder | null): readonly IndexDefinition[] {
  const { indexedBy } = scan;
  if (typeof indexedBy !== 'string') return wanted?.stopsEarly === true ? [...scan.indexes, ROWID_INDEX] : scan.indexes;
  const named = scan.indexes.filter((index) => sameName(index.name, indexedBy));
  if (named.length > 0) return named;
  const near = didYouMean(
    indexedBy,
    scan.indexes.map((index) => index.name),
  );
  throw new HeliosError('INDEX_NOT_FOUND', `no such index "${indexedBy}" on table "${scan.table.name}"${near}`);
}

/** Equalities count most, then a wanted order, then each end of a range. A unique index wins a tie. */
function score(path: IndexPath): number {
  const ends = endsOf(path);
  const order = path.direction === 'any' ? 0 : 3;
  const list = path.anyOf === null ? 0 : 50;
  return path.equal.length * 100 + list + order * 10 + ends * 10 + (path.index.unique ? 1 : 0);
}

/** IS NULL, as the equality that it is for an index. */
interface NullKey {
  readonly value: BoundExpression;
  readonly condition: BoundExpression;
  readonly isNull: true;
}

function endsOf({ low, high }: IndexPath): number {
  return (low === null ? 0 : 1) + (high === null ? 0 : 1);
}

/** The conditions that an index may be searched by. */
interface Usable {
  readonly conditions: readonly ColumnCondition[];
  readonly lists: readonly ColumnList[];
  readonly nullTests: readonly NullTest[];
}

/** False: no condition is on the column that the index begins with, so that it finds all rows. */
function narrows(scan: ScanNode, index: IndexDefinition, { conditions, lists, nullTests }: Usable): boolean {
  const first = storedColumn(scan, index.columns[0].column);
  const isOnFirst = ({ column }: { readonly column: number }): boolean => column === first;
  return conditions.some(isOnFirst) || lists.some(isOnFirst) || nullTests.some(isOnFirst);
}

function indexPath(
  scan: ScanNode,
  index: IndexDefinition,
  { conditions, lists, nullTests }: Usable,
  wanted: WantedOrder | null,
): IndexPath {
  const equal: (ColumnCondition | NullKey)[] = [];
  const nullTest = (key: IndexColumn | undefined, isNull: boolean): NullTest | null =>
    nullTests.find(
      (test) => key !== undefined && test.isNull === isNull && test.column === storedColumn(scan, key.column),
    ) ?? null;
  const usable = (key: IndexColumn, operators: readonly string[]) =>
    conditions.find(
      (condition) =>
        condition.column === storedColumn(scan, key.column) &&
        operators.includes(condition.operator) &&
        comparesAlike(scan, key, condition.collation),
    ) ?? null;
  for (const key of index.columns) {
    const nullKey = nullTest(key, true);
    const condition =
      nullKey === null
        ? usable(key, ['='])
        : { value: literal(null), condition: nullKey.condition, isNull: true as const };
    if (condition === null) break;
    equal.push(condition);
  }
  const nulls = equal.map((condition) => 'isNull' in condition);
  const next = index.columns[equal.length];
  const endsBehind = (key: IndexColumn | undefined) => ({
    low: key === undefined ? null : usable(key, ['>', '>=']),
    high: key === undefined ? null : usable(key, ['<', '<=']),
  });
  const { low, high } = endsBehind(next);
  const list =
    next === undefined || low !== null || high !== null
      ? undefined
      : lists.find(
          (candidate) =>
            candidate.column === storedColumn(scan, next.column) && comparesAlike(scan, next, candidate.collation),
        );
  if (list !== undefined) {
    const ends = endsBehind(index.columns[equal.length + 1]);
    const ensured = [...equal, list, ends.low, ends.high].flatMap((used) => (used === null ? [] : [used.condition]));
    const values = equal.map(({ value }) => value);
    const path = { kind: 'index', index, equal: values, nulls, skipsNulls: false, also: [] } as const;
    return { ...path, anyOf: list.values, ...ends, direction: 'any', ensured, narrowing: ensured };
  }
  const present = nullTest(next, false);
  const ensured = [...equal, low, high, present].flatMap((used) => (used === null ? [] : [used.condition]));
  return {
    kind: 'index',
    index,
    equal: equal.map(({ value }) => value),
    nulls,
    skipsNulls: present !== null,
    also: [],
    anyOf: null,
    low,
    high,
    direction: wanted === null ? 'any' : orderOf(scan, index, equal.length, wanted.terms),
    ensured,
    narrowing: ensured,
  };
}

/** The rowid alias is scanned as the rowid. */
function storedColumn(scan: ScanNode, column: number): number {
  return column === scan.table.rowidColumn ? ROWID_COLUMN : column;
}

/** True when the index orders its keys as the condition compares them. Numbers have no collation. */
function comparesAlike(scan: ScanNode, key: IndexColumn, collation: Collation): boolean {
  const kind = kindOf(scan, key.column);
  return kind === 'integer' || kind === 'real' || kind === 'blob' || key.collation === collation;
}

function kindOf(scan: ScanNode, column: number): PhysicalKind {
  return column === ROWID_COLUMN ? 'integer' : physicalKind(scan.table.columns[column].type.kind);
}

/** The direction in which the index, behind its first `fixed` columns, yields the terms' order. */
function orderOf(
  scan: ScanNode,
  index: IndexDefinition,
  fixed: number,
  terms: readonly SortTerm[],
): IndexPath['direction'] {
  const columnById = new Map(scan.columns.map((column) => [column.id, column.column]));
  const fixedColumns = new Set(index.columns.slice(0, fixed).map((key) => storedColumn(scan, key.column)));
  let direction: IndexPath['direction'] = 'any';
  let k = fixed;
  for (const term of terms) {
    const column = columnById.get(term.column.id);
    if (column === undefined) return 'any';
    if (fixedColumns.has(column)) continue;
    const key = index.columns[k++];
    if (key === undefined || storedColumn(scan, key.column) !== column) return 'any';
    if (term.nullsFirst === term.descending) return 'any';
    const kind = kindOf(scan, key.column);
    if ((kind === 'text' || kind === 'any') && key.collation !== term.collation) return 'any';
    const needed = key.descending === term.descending ? 'forward' : 'backward';
    if (direction !== 'any' && direction !== needed) return 'any';
    direction = needed;
  }
  return direction;
}

/** Zone maps are in binary order: text under another collation cannot use them. */
function isForZoneMap(scan: ScanNode) {
  return ({ column, collation }: ColumnCondition): boolean => {
    // Of the pseudo columns, those are what the blocks of versions are told apart by.
    if (column < ROWID_COLUMN) return column === CREATED_TXN_COLUMN || column === VERSION_ROWID_COLUMN;
    if (collation === 'BINARY') return true;
    const kind = kindOf(scan, column);
    return kind === 'integer' || kind === 'real';
  };
}
