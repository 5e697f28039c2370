import type { Engine } from '../../engine/engine.ts';
import type { Maintenance } from '../maintain.ts';
import type { Scheduler } from '../scheduler.ts';

/**
 * Commits of one turn of the event loop share a flush. Each is acknowledged when the flush that covers it has returned,
 * and rejected with its error when it fails.
 */
export class GroupCommit {
  private readonly engine: Engine;
  private readonly maintenance: Maintenance;
  private readonly scheduler: Scheduler;
  private pending: Promise<void> | null = null;

  constructor(engine: Engine, maintenance: Maintenance, scheduler: Scheduler) {
    this.engine = engine;
    this.maintenance = maintenance;
    this.scheduler = scheduler;
  }

  /** Resolves when everything that has been committed so far is as durable as `synchronous` promises. */
  durable(): Promise<void> {
    if (this.engine.options.synchronous !== 'full') return Promise.resolve();
    this.pending ??= this.flushNextTurn();
    return this.pending;
  }

  /** The flush that what can be read now still waits for; null: everything is durable, or need not be. */
  get awaited(): Promise<void> | null {
    return this.pending;
  }

  private async flushNextTurn(): Promise<void> {
    await this.scheduler.turn();
    // Whoever commits from here on needs the next flush.
    this.pending = null;
    this.maintenance.flush();
  }
}
