import { HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ResultBatch } from '../../sql/cursor.ts';
import type { PresentOptions } from '../../sql/expressions/coercion/present.ts';
import type { UserFunctions } from '../../sql/functions/user-functions.ts';
import type { PreparedStatement, RunResult } from '../../sql/prepared-statement.ts';
import { Session } from '../../sql/session.ts';
import { SettlingCursor } from '../local/settling-cursor.ts';
import { Maintenance } from '../maintain.ts';
import type { Scheduler } from '../scheduler.ts';
import { StatementCache } from '../statement-cache.ts';
import type { Params } from '../types.ts';

/** The engine, its one session, and the queries that are being iterated. */
export class SyncCore {
  readonly engine: Engine;
  readonly session: Session;
  readonly present: PresentOptions;
  /** Of what is run by text; statements of `prepare` are their owner's. */
  readonly cache: StatementCache;
  private readonly openReads = new Set<SettlingCursor>();
  private readonly maintenance: Maintenance;
  private isClosed = false;
  private stopLooking: () => void = () => undefined;

  constructor(engine: Engine, present: PresentOptions, functions?: UserFunctions) {
    this.engine = engine;
    this.maintenance = new Maintenance(engine);
    this.session = new Session(engine, functions === undefined ? {} : { functions });
    this.cache = new StatementCache(this.session);
    this.present = present;
  }

  /** Another session over the same engine, whose owner closes it. */
  another(): SyncCore {
    this.checkOpen();
    return new SyncCore(this.engine, this.present, this.session.functions);
  }

  /** Has the host look from time to time, between what the program does, for what time alone makes due. */
  workWhenIdle(scheduler: Scheduler): void {
    let isWorking = false;
    const work = async (): Promise<void> => {
      if (isWorking) return;
      isWorking = true;
      while (this.maintenance.work()) await scheduler.turn();
      isWorking = false;
    };
    this.stopLooking = scheduler.every(LIMITS.idleLookMs, work);
  }

  checkOpen(): void {
    if (this.isClosed) throw new HeliosError('CLOSED', 'the database is closed');
    this.session.functions.checkIdle();
  }

  /** Runs what may write. A commit is durable when this returns; background work that is due follows. */
  change<T>(body: () => T): T {
    const newest = this.beforeChange();
    try {
      return body();
    } finally {
      this.afterChange(newest);
    }
  }

  /** As {@link change}, of a statement that writes: without a closure for each row of a load. */
  run(statement: PreparedStatement, params: Params): RunResult {
    const newest = this.beforeChange();
    try {
      return statement.run(params);
    } finally {
      this.afterChange(newest);
    }
  }

  private beforeChange(): number {
    this.checkOpen();
    if (this.openReads.size > 0) for (const read of this.openReads) read.settle();
    return this.engine.lastTransaction;
  }

  /** `newest`: the newest transaction before. */
  private afterChange(newest: number): void {
    if (this.engine.lastTransaction === newest) return;
    // Nothing is waited for without a flush: one clock less to look at.
    if (this.engine.options.synchronous === 'full') this.maintenance.flush();
    else if (!this.maintenance.isTurnDue()) return;
    this.maintenance.work();
  }

  execute(statement: PreparedStatement, params: Params): SettlingCursor {
    this.checkOpen();
    const cursor =
      statement.access === 'read' ? statement.execute(params) : this.change(() => statement.execute(params));
    const settling = new SettlingCursor(cursor, this.session, (self) => this.openReads.delete(self));
    this.openReads.add(settling);
    return settling;
  }

  /** Hands the whole result to `sink`. */
  drain(cursor: SettlingCursor, sink: (batch: ResultBatch) => void): void {
    for (let batch = cursor.next(); batch !== null; batch = cursor.next()) if (batch.count > 0) sink(batch);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.stopLooking();
    for (const read of this.openReads) read.close(new HeliosError('CLOSED', 'the database is closed'));
    this.session.close();
    this.engine.close();
  }
}
