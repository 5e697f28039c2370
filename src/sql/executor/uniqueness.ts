import type { HeliosError } from '../../base/errors.ts';
import type { ConflictPolicy, IndexDefinition } from '../../engine/catalog/definitions.ts';
import type { RowLocation } from '../../engine/table/access.ts';
import { keyOfRow } from '../../engine/table/key.ts';
import type { Table } from '../../engine/table/table.ts';
import type { TargetPlan } from '../planner/plan-statement.ts';
import type { ChangeContext } from './change.ts';
import type { ComputedKeys } from './computed-keys.ts';
import type { TableRow } from './table-row.ts';

/** One thing that no two rows of a table may have alike: the rowid, or the key of a unique index. */
export interface Uniqueness {
  /** The index's id. */
  readonly id: number | 'rowid';
  readonly policy: ConflictPolicy;
  /** The live row that has the row's key already, or -1. */
  find(table: Table, row: TableRow, change: ChangeContext): RowLocation;
  violation(table: Table, row: TableRow): HeliosError;
}

/**
 * In the order in which SQLite looks at them: the rowid, then the newest index first; what REPLACEs comes last, when nothing
 * can stop the row any more.
 */
export function uniquenessesOf(
  { table, indexes }: TargetPlan,
  computed: readonly ComputedKeys[],
): readonly Uniqueness[] {
  const ordinary = indexes.filter((index) => index.unique).map(ofIndex);
  const byIndex = [...ordinary, ...computed.flatMap((keys) => keys.uniqueness ?? [])];
  byIndex.sort((a, b) => Number(b.id) - Number(a.id));
  const all = [ofRowid(table.onConflict ?? 'abort'), ...byIndex];
  const replaces = ({ policy }: Uniqueness): boolean => policy === 'replace';
  return [...all.filter((unique) => !replaces(unique)), ...all.filter(replaces)];
}

function ofRowid(policy: ConflictPolicy): Uniqueness {
  return {
    id: 'rowid',
    policy,
    find: (table, { rowid }) => (rowid === null ? -1 : table.findLive(rowid)),
    violation: (table, row) => table.uniqueViolation(null, row.rowid, row.values),
  };
}

function ofIndex(index: IndexDefinition): Uniqueness {
  return {
    id: index.id,
    policy: index.onConflict ?? 'abort',
    find: (table, row) => table.findLiveKey(index, keyOfRow(index, row.values)),
    violation: (table, row) => table.uniqueViolation(index, row.rowid, row.values),
  };
}
