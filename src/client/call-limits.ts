import { HeliosError } from '../base/errors.ts';
import type { Scheduler } from './scheduler.ts';

/** What a caller allows: a signal that ends the call, and milliseconds for all of it. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

export function abortedError(signal: AbortSignal): HeliosError {
  return new HeliosError('ABORTED', 'the call was aborted by its signal', { cause: signal.reason });
}

/** Throws MISUSE for a timeout that is none. */
export function checkTimeout(name: string, value: number | undefined): void {
  if (value !== undefined && !(typeof value === 'number' && value >= 0)) {
    throw new HeliosError('MISUSE', `${name} is ${String(value)}; it takes milliseconds, 0 or more`);
  }
}

/** The limits of one running call, asked between two steps of its work. */
export class CallLimits {
  readonly signal: AbortSignal | undefined;
  private readonly scheduler: Scheduler;
  private readonly timeoutMs: number;
  private readonly deadline: number;

  constructor(scheduler: Scheduler, options: CallOptions) {
    checkTimeout('timeoutMs', options.timeoutMs);
    this.scheduler = scheduler;
    this.signal = options.signal;
    this.timeoutMs = options.timeoutMs ?? Number.POSITIVE_INFINITY;
    this.deadline = this.timeoutMs === Number.POSITIVE_INFINITY ? this.timeoutMs : scheduler.now() + this.timeoutMs;
  }

  /** Whether the caller set a timeout. */
  get isBounded(): boolean {
    return this.deadline !== Number.POSITIVE_INFINITY;
  }

  /** Milliseconds that are left, at least 0. */
  get remainingMs(): number {
    return this.isBounded ? Math.max(0, this.deadline - this.scheduler.now()) : this.deadline;
  }

  check(): void {
    if (this.signal?.aborted === true) throw abortedError(this.signal);
    if (this.isBounded && this.scheduler.now() > this.deadline) {
      throw new HeliosError('TIMEOUT', `the statement did not finish within timeoutMs = ${this.timeoutMs}`);
    }
  }
}
