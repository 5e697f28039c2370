import { Engine } from '../../src/engine/engine.ts';
import type { EngineOptions } from '../../src/engine/engine-options.ts';
import { Session } from '../../src/sql/session.ts';
import { MemoryDisk, openMemoryStorage } from '../../src/storage/memory-storage.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { query } from './sql-session.ts';

/** A database in memory under a clock that tests turn, which may be closed, or killed, and opened again. */
export class TestDatabase {
  readonly disk = new MemoryDisk();
  readonly clock = new SimulatedClock();
  session: Session;
  private readonly options: Partial<EngineOptions>;

  constructor(options: Partial<EngineOptions> = {}) {
    this.options = options;
    this.session = this.open();
  }

  get engine(): Engine {
    return this.session.engine;
  }

  /** The newest transaction. */
  get now(): number {
    return this.engine.lastTransaction;
  }

  /** All rows of a query as arrays. */
  all(sql: string, params?: readonly unknown[]): unknown[][] {
    return query(this.session, sql, params);
  }

  run(...scripts: string[]): void {
    for (const sql of scripts) this.session.executeScript(sql);
  }

  /** `killed`: without a word to the engine. `between`: what happens to the files meanwhile. */
  reopen(how: 'closed' | 'killed' = 'closed', between?: () => void): void {
    if (how === 'closed') {
      this.session.close();
      this.engine.close();
    } else this.engine.storage.close();
    between?.();
    this.session = this.open();
  }

  private open(): Session {
    return new Session(Engine.open(openMemoryStorage(this.disk), this.clock, new SeededRandom(1), this.options));
  }
}
