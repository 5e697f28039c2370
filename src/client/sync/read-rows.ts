import type { ResultBatch } from '../../sql/cursor.ts';
import type { PreparedStatement } from '../../sql/prepared-statement.ts';
import { publicColumns, RowBuilder, type RowMode } from '../row-builder.ts';
import type { Params, Result } from '../types.ts';
import type { SyncCore } from './sync-core.ts';

/** Runs a statement to its end. */
export function readResult<R>(
  core: SyncCore,
  statement: PreparedStatement,
  params: Params,
  rowMode: RowMode | undefined,
): Result<R> {
  const cursor = core.execute(statement, params);
  const builder = new RowBuilder(cursor.columns, core.present, rowMode);
  const rows: unknown[] = [];
  core.drain(cursor, ({ vectors, selection, count }) => builder.append(vectors, selection, count, rows));
  const { changes, lastInsertRowid } = cursor;
  return { rows: rows as R[], columns: publicColumns(cursor.columns), changes, lastInsertRowid };
}

/** Runs a statement as its rows are asked for; leaving the loop early closes it. */
export function* iterateRows<R>(
  core: SyncCore,
  statement: PreparedStatement,
  params: Params,
  rowMode: RowMode | undefined,
): Generator<R, void, undefined> {
  const cursor = core.execute(statement, params);
  try {
    const builder = new RowBuilder(cursor.columns, core.present, rowMode);
    for (let batch = cursor.next(); batch !== null; batch = cursor.next()) yield* rowsOf<R>(builder, batch);
  } finally {
    cursor.close();
  }
}

function rowsOf<R>(builder: RowBuilder, { vectors, selection, count }: ResultBatch): R[] {
  const rows: unknown[] = [];
  builder.append(vectors, selection, count, rows);
  return rows as R[];
}
