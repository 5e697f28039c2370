import type { HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type { Engine } from '../../engine/engine.ts';
import type { UserFunctions } from '../../sql/functions/user-functions.ts';
import { Maintenance } from '../maintain.ts';
import type { Scheduler } from '../scheduler.ts';
import { GroupCommit } from './group-commit.ts';
import { WriterQueue } from './writer-queue.ts';

/** How long work goes on before the event loop gets a turn: half a frame of a screen. */
export const SLICE_MS = 8;

/** What the channels of one database share: the engine, the writer's place, the flush, and who is at work. */
export class LocalCore {
  readonly engine: Engine;
  readonly functions: UserFunctions;
  readonly scheduler: Scheduler;
  readonly writers: WriterQueue;
  readonly writerTimeoutMs: number;
  private readonly maintenance: Maintenance;
  private readonly commits: GroupCommit;
  private readonly running = new Set<Promise<unknown>>();
  private readonly stopLooking: () => void;
  private refusal: unknown = null;
  private isMaintaining = false;
  /** Commits have been acknowledged since background work had its last turn. */
  private isBusy = false;

  constructor(engine: Engine, scheduler: Scheduler, writerTimeoutMs: number, functions: UserFunctions) {
    this.engine = engine;
    this.functions = functions;
    this.scheduler = scheduler;
    this.writers = new WriterQueue(scheduler);
    this.writerTimeoutMs = writerTimeoutMs;
    this.maintenance = new Maintenance(engine);
    this.commits = new GroupCommit(engine, this.maintenance, scheduler);
    // What time alone makes due is found by no commit of a database that is idle.
    this.stopLooking = scheduler.every(LIMITS.idleLookMs, () => this.startMaintenance());
  }

  /** Throws what {@link refuse} was told. */
  checkOpen(): void {
    if (this.refusal !== null) throw this.refusal;
    this.functions.checkIdle();
  }

  /** From here on everything fails with this error, and what runs ends with it. CLOSED takes the place of any other. */
  refuse(error: HeliosError): void {
    if (this.refusal !== null && error.code !== 'CLOSED') return;
    this.refusal = error;
    this.stopLooking();
    this.writers.refuse(error);
  }

  /** Work that closing waits for. */
  track<T>(work: Promise<T>): Promise<T> {
    this.running.add(work);
    const forget = (): void => {
      this.running.delete(work);
    };
    work.then(forget, forget);
    return work;
  }

  /** Resolves when no tracked work is left. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  /** The commit that has just happened is durable when this resolves; background work follows once it is acknowledged. */
  async acknowledge(): Promise<void> {
    await this.commits.durable();
    this.isBusy = true;
    this.startMaintenance();
    // Commits that wait for no flush follow each other within one turn: without this, background work would never get one.
    if (this.maintenance.isTurnDue()) await this.scheduler.turn();
  }

  /** A reader may have seen commits that are not durable yet: nobody is told of what a crash could still take back. */
  async settleReads(): Promise<void> {
    if (this.commits.awaited !== null) await this.commits.awaited;
  }

  private startMaintenance(): void {
    if (!this.isMaintaining) void this.maintain();
  }

  /** Background work, as long as there is some: a slice for each turn of the event loop, a short one while others commit. */
  private async maintain(): Promise<void> {
    this.isMaintaining = true;
    let isMoreLeft = true;
    while (isMoreLeft) {
      await this.scheduler.turn();
      // What waits for the next flush must not wait for half a frame as well.
      const isBusy = this.isBusy || this.commits.awaited !== null;
      isMoreLeft = this.refusal === null && this.maintenance.work(isBusy ? undefined : SLICE_MS);
      this.isBusy = false;
    }
    this.isMaintaining = false;
  }
}
