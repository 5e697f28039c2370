import { HeliosError } from '../../base/errors.ts';
import { abortedError } from '../call-limits.ts';
import type { Scheduler } from '../scheduler.ts';

export interface WriterWait {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

interface Waiter {
  readonly grant: () => void;
  readonly refuse: (error: unknown) => void;
}

/** Gives the writer's place back; a second call does nothing. */
export type ReleaseWriter = () => void;

/** The writer's place: one at a time, first come first served. */
export class WriterQueue {
  private readonly scheduler: Scheduler;
  private readonly waiting: Waiter[] = [];
  private isTaken = false;
  private refusal: unknown = null;

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
  }

  get length(): number {
    return this.waiting.length;
  }

  /** The place, if nobody has it or waits for it; null otherwise. */
  tryAcquire(): ReleaseWriter | null {
    if (this.refusal !== null) throw this.refusal;
    if (this.isTaken) return null;
    this.isTaken = true;
    return this.releaser();
  }

  /** Throws BUSY_TIMEOUT, ABORTED, or what {@link refuse} was told. */
  async acquire(wait: WriterWait): Promise<ReleaseWriter> {
    if (wait.signal?.aborted === true) throw abortedError(wait.signal);
    const free = this.tryAcquire();
    if (free !== null) return free;
    await this.enqueue(wait);
    return this.releaser();
  }

  /** Everybody who waits and everybody who comes gets this error. */
  refuse(error: unknown): void {
    this.refusal = error;
    for (const waiter of this.waiting.splice(0)) waiter.refuse(error);
  }

  private enqueue({ timeoutMs, signal }: WriterWait): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        cancelTimer();
        signal?.removeEventListener('abort', onAbort);
        const at = this.waiting.indexOf(waiter);
        if (at >= 0) this.waiting.splice(at, 1);
      };
      const refuse = (error: unknown): void => {
        leave();
        reject(error);
      };
      const grant = (): void => {
        leave();
        resolve();
      };
      const onAbort = (): void => refuse(abortedError(signal as AbortSignal));
      const waiter: Waiter = { grant, refuse };
      const cancelTimer =
        timeoutMs === Number.POSITIVE_INFINITY
          ? () => undefined
          : this.scheduler.after(timeoutMs, () => refuse(busyError(timeoutMs)));
      signal?.addEventListener('abort', onAbort);
      this.waiting.push(waiter);
    });
  }

  private releaser(): ReleaseWriter {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const next = this.waiting.shift();
      // The place passes from hand to hand: whoever comes in between queues behind.
      if (next === undefined) this.isTaken = false;
      else next.grant();
    };
  }
}

function busyError(timeoutMs: number): HeliosError {
  const message = `another transaction held the writer's place for ${Math.round(timeoutMs)} ms`;
  return new HeliosError('BUSY_TIMEOUT', message, {
    hint: 'Retry, raise timeoutMs or writerTimeoutMs; inside of db.transaction(body) write through tx, not through db.',
  });
}
