import { LIMITS } from '../../base/limits.ts';
import { cursorClosedByRollback, type ResultBatch, type RowSource } from '../cursor.ts';
import type { DirectQuery } from '../direct/direct-query.ts';
import { RowCache } from '../direct/row-cache.ts';
import { type Arguments, bindParameters } from '../parameters.ts';
import type { Session } from '../session.ts';
import { QueryRunner } from './query-runner.ts';

export { DirectQuery } from '../direct/direct-query.ts';

/** After so many runs a query is one that is asked again and again. */
const FEW_RUNS = 8;

/** The rows of small tables as a session's statements have read them last. */
const CACHES = new WeakMap<Session, RowCache>();

function cacheOf(session: Session): RowCache {
  const known = CACHES.get(session);
  if (known !== undefined) return known;
  const cache = new RowCache(session.engine.cache, session.memory);
  CACHES.set(session, cache);
  return cache;
}

/** Runs a query row by row; by operators where the tables have grown, where the past is read, or where it runs again and again. */
export class DirectRunner {
  readonly kind = 'direct';
  private readonly direct: DirectQuery;
  private readonly session: Session;
  private planned: QueryRunner | null = null;
  private runs = 0;

  constructor(direct: DirectQuery, session: Session) {
    this.direct = direct;
    this.session = session;
  }

  open(given: Arguments): RowSource {
    const { session } = this;
    const result = this.isWorthAPlan() ? null : this.run(given);
    if (result !== null) return new DirectSource(result, session);
    this.planned ??= new QueryRunner(session.planner().planQuery(this.direct.query), session);
    return this.planned.open(given);
  }

  /** A plan is quicker for many rows, once it is there. */
  private isWorthAPlan(): boolean {
    return this.direct.work > LIMITS.directRepeatedWork && ++this.runs > FEW_RUNS;
  }

  private run(given: Arguments): ResultBatch | null {
    const { session, direct } = this;
    const { engine } = session;
    const { clock, random, lastTransaction } = engine;
    const at = session.openRead();
    try {
      const tables = { cache: cacheOf(session), lastTransaction, table: (id: number) => engine.table(id) };
      const mostRows = Math.min(LIMITS.directRowsSeen, session.memory.limitBytes / LIMITS.directRowBytes);
      const parameters = bindParameters(given);
      return direct.run(tables, { parameters, nowMicros: clock.wallMicros(), random, session, at, mostRows });
    } finally {
      at.close();
    }
  }
}

/** Rows that are at hand. After a rollback they may be of what never was. */
class DirectSource implements RowSource {
  private batch: ResultBatch | null;
  private readonly session: Session;
  private readonly rollbacks: number;

  constructor(batch: ResultBatch, session: Session) {
    this.batch = batch;
    this.session = session;
    this.rollbacks = session.inTransaction ? session.rollbacks : -1;
  }

  next(): ResultBatch | null {
    if (this.rollbacks >= 0 && this.session.rollbacks !== this.rollbacks) throw cursorClosedByRollback();
    const { batch } = this;
    this.batch = null;
    return batch === null || batch.count === 0 ? null : batch;
  }

  close(): void {
    this.batch = null;
  }
}
