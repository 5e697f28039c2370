import type { IndexDefinition } from './catalog/definitions.ts';
import { type ReadPoint, ROWID_COLUMN } from './table/access.ts';
import { compareRows, hasNull, readKey } from './table/key.ts';
import type { Table } from './table/table.ts';
import type { DatabaseState } from './transaction/database-state.ts';

export interface CheckProblem {
  readonly file: string | null;
  /** Bytes from the start of the file, where that is known. */
  readonly offset: number | null;
  readonly what: string;
}

export interface CheckReport {
  readonly ok: boolean;
  readonly problems: readonly CheckProblem[];
  /** Users' tables, their segments and live rows. System tables and dropped ones are verified too, and not counted. */
  readonly tables: number;
  readonly segments: number;
  readonly rows: number;
}

/** Verifies every stored block, that no live rowid occurs twice, and that each index holds each live row once, in order. */
export function checkDatabase(state: DatabaseState, at: ReadPoint): CheckReport {
  const problems: CheckProblem[] = [];
  const present = new Set(state.catalog.tables(at).map(({ id }) => id));
  let segments = 0;
  let rows = 0;
  for (const table of state.tables.values()) {
    const before = problems.length;
    for (const segment of table.segments) problems.push(...segment.reader.verify());
    const found = problems.length === before ? checkRows(table, at, problems) : 0;
    if (!present.has(table.definition.id)) continue;
    segments += table.segments.length;
    rows += found;
  }
  return { ok: problems.length === 0, problems, tables: present.size, segments, rows };
}

function checkRows(table: Table, at: ReadPoint, problems: CheckProblem[]): number {
  const scan = table.scan(at, [ROWID_COLUMN]);
  const seen = new Set<number>();
  let rows = 0;
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    const vector = batch.column(0);
    if (vector.kind !== 'number') continue;
    for (let i = 0; i < batch.selectedCount; i++) {
      seen.add(vector.values[batch.selection === null ? i : batch.selection[i]]);
      rows++;
    }
  }
  if (seen.size !== rows)
    problems.push(problem(`table ${table.definition.name}: ${rows - seen.size} rows share a rowid`));
  for (const index of table.indexes) checkIndex(table, index, at, rows, problems);
  return rows;
}

function checkIndex(table: Table, index: IndexDefinition, at: ReadPoint, rows: number, problems: CheckProblem[]): void {
  const name = `index ${index.name} of table ${table.definition.name}`;
  const read = (column: number, location: number) => table.valueAt(location, column);
  const scan = table.indexScan(at, index.id, [{ equal: [] }], [], 'forward');
  let entries = 0;
  let previous = -1;
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    for (const location of batch.locations ?? []) {
      const order = previous < 0 ? -1 : compareRows(index, read, previous, read, location);
      if (order > 0) problems.push(problem(`${name}: entry ${entries} is out of order`));
      if (order === 0 && index.unique && !hasNull(readKey(index, read, location))) {
        problems.push(problem(`${name}: entry ${entries} is not unique`));
      }
      previous = location;
      entries++;
    }
  }
  if (entries !== rows) problems.push(problem(`${name}: ${entries} entries for ${rows} rows`));
}

function problem(what: string): CheckProblem {
  return { file: null, offset: null, what };
}
