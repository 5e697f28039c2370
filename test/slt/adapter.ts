import { RowBuilder } from '../../src/client/row-builder.ts';
import { Engine } from '../../src/engine/engine.ts';
import { loadLateParts } from '../../src/sql/late-parts.ts';
import type { PreparedStatement } from '../../src/sql/prepared-statement.ts';
import { Session } from '../../src/sql/session.ts';
import { MemoryDisk, openMemoryStorage } from '../../src/storage/memory-storage.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';

/** What the sqllogictest runner asks of an engine: a fresh one for each file. */
interface SltEngine {
  exec(sql: string): Promise<void>;
  query(sql: string): Promise<{ columns: string[]; rows: unknown[][]; types: string[] }>;
  close(): Promise<void>;
}

/** An engine in memory for `slt-runner`. Rows of a text of several statements are those of the last one. */
export default async function openSltEngine(): Promise<SltEngine> {
  await loadLateParts();
  const session = new Session(openEngine());
  // The cases were recorded on SQLite, whose connections begin so.
  session.executeScript('PRAGMA foreign_keys = OFF');
  return {
    async exec(sql) {
      for (const statement of session.statements(sql)) statement.run(unbound(statement));
    },
    async query(sql) {
      let result = { columns: [] as string[], rows: [] as unknown[][], types: [] as string[] };
      for (const statement of session.statements(sql)) {
        const cursor = statement.execute(unbound(statement));
        const builder = new RowBuilder(cursor.columns, { timestamps: 'text' }, 'array');
        const rows: unknown[][] = [];
        for (let batch = cursor.next(); batch !== null; batch = cursor.next()) {
          if (batch.count > 0) builder.append(batch.vectors, batch.selection, batch.count, rows);
        }
        const columns = cursor.columns.map(({ name }) => name);
        result = { columns, rows, types: cursor.columns.map(({ type }) => type.kind) };
      }
      return result;
    },
    async close() {
      session.close();
      session.engine.close();
    },
  };
}

/** As users open ':memory:', but that its clock stands still. */
function openEngine(): Engine {
  const storage = openMemoryStorage(new MemoryDisk(), { vanishes: true });
  return Engine.open(storage, new SimulatedClock(), new SeededRandom(1), { synchronous: 'off' });
}

const NONE: readonly null[] = [];

/** What nobody binds is NULL to SQLite. */
function unbound({ parameterCount }: PreparedStatement): readonly null[] {
  if (parameterCount === 0) return NONE;
  return Array.from({ length: parameterCount }, () => null);
}
