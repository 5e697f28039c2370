// npm run golden: writes the golden files anew. They are what earlier versions of this program have written: write them only
// for a format that no database in use has, and look at what changes.
import '../support/late-parts.ts';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine } from '../../src/engine/engine.ts';
import { Session } from '../../src/sql/session.ts';
import { MemoryDisk, openMemoryStorage } from '../../src/storage/memory-storage.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { GOLDEN_CASES, type GoldenCase } from './cases.ts';
import { expectedRows } from './expected.ts';

const SMALL_PAGES = 512;

const folder = process.argv[2];
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const each of GOLDEN_CASES) {
  const { main, wal } = filesOf(each);
  writeFileSync(join(folder, `${each.name}.db`), main);
  if (wal.length > 0) writeFileSync(join(folder, `${each.name}.db-wal`), wal);
  const expected = Object.entries(each.expected).map(([query, rows]) => expectedRows(query, rows));
  writeFileSync(join(folder, `${each.name}.json`), `${JSON.stringify(expected, null, 1)}\n`);
}

function filesOf({ steps }: GoldenCase): { readonly main: Uint8Array; readonly wal: Uint8Array } {
  const disk = new MemoryDisk();
  const storage = openMemoryStorage(disk);
  const engine = Engine.open(storage, new SimulatedClock(), new SeededRandom(1), { pageSize: SMALL_PAGES });
  const session = new Session(engine);
  for (const step of steps) {
    if (step === 'checkpoint') engine.checkpoint();
    else if (step === 'close') engine.close();
    else if ('sql' in step) session.executeScript(step.sql);
    else {
      session.begin();
      const places = step.rows[0].map(() => '?').join(', ');
      const statement = session.prepare(`INSERT INTO ${step.insert} VALUES (${places})`);
      for (const row of step.rows) statement.run(row);
      session.commit();
    }
    if (step !== 'close') engine.makeDurable();
  }
  storage.close();
  const { main, wal } = openMemoryStorage(disk);
  const files = { main: bytesOf(main), wal: withoutZeros(bytesOf(wal)) };
  return files;
}

function bytesOf(file: { size(): number; read(into: Uint8Array, at: number): number }): Uint8Array {
  const bytes = new Uint8Array(file.size());
  file.read(bytes, 0);
  return bytes;
}

/** The log grows by more than it needs. */
function withoutZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  // A frame may end in zeros: eight of them fill it up.
  return bytes.subarray(0, Math.min(bytes.length, Math.ceil((end + 8) / 8) * 8));
}
