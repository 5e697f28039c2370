import { BlockCache } from '../../src/engine/cache/block-cache.ts';
import { MemoryBudget } from '../../src/engine/cache/memory-budget.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Session, type SessionOptions } from '../../src/sql/session.ts';
import { openMemoryStorage } from '../../src/storage/memory-storage.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';

const MEBIBYTE = 1024 * 1024;

/** A session over a new database in memory, with so much memory. */
export function limitedSession(limitMb: number, options: SessionOptions = {}): Session {
  const engine = Engine.open(openMemoryStorage(), new SimulatedClock(), new SeededRandom(1), {
    memoryLimitBytes: limitMb * MEBIBYTE,
  });
  return new Session(engine, options);
}

/** A budget of kilobytes, of which operators have to ask for all that they hold: what a few dozen rows exceed. */
export function littleMemory(limitKb: number): MemoryBudget {
  return new MemoryBudget(new BlockCache(0), () => 0, limitKb * 1024, 0, 0);
}
