import { RowBuilder } from '../../src/client/row-builder.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { EngineOptions } from '../../src/engine/engine-options.ts';
import type { PresentOptions } from '../../src/sql/expressions/coercion/present.ts';
import type { Params } from '../../src/sql/parameters.ts';
import type { PreparedStatement } from '../../src/sql/prepared-statement.ts';
import { Session, type SessionOptions } from '../../src/sql/session.ts';
import { openMemoryStorage } from '../../src/storage/memory-storage.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';

/** What makes every query go through a plan, however few rows there are. */
export const PLANNED: Pick<SessionOptions, 'disabledRules'> = { disabledRules: ['direct'] };

/** A session over a new database in memory, with a clock that stands still. Queries over few rows are planned too, unless `options` say otherwise. */
export function memorySession(options: SessionOptions = {}, engineOptions: Partial<EngineOptions> = {}): Session {
  const engine = Engine.open(openMemoryStorage(), new SimulatedClock(), new SeededRandom(1), engineOptions);
  return new Session(engine, { ...PLANNED, ...options });
}

/** All rows of a statement as arrays. */
export function rowsOf(statement: PreparedStatement, params?: Params, options: PresentOptions = {}): unknown[][] {
  const cursor = statement.execute(params);
  const builder = new RowBuilder(cursor.columns, options, 'array');
  const rows: unknown[][] = [];
  for (let batch = cursor.next(); batch !== null; batch = cursor.next()) {
    if (batch.count > 0) builder.append(batch.vectors, batch.selection, batch.count, rows);
  }
  return rows;
}

/** All rows of a query as arrays. */
export function query(session: Session, sql: string, params?: Params): unknown[][] {
  return rowsOf(session.prepare(sql), params);
}
