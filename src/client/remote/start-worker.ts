import type { Endpoint } from 'comlink';
import { HeliosError } from '../../base/errors.ts';
import { newLifeLockName, watchLifeLock } from './life-lock.ts';
import { WorkerLink } from './worker-link.ts';

/** A worker that serves one database, and the link that ends when it does. */
export interface RunningWorker {
  readonly link: WorkerLink;
  /** Ends the worker at once. Whoever waits for it gets `reason`. */
  stop(reason: unknown): void;
}

/** A script that loads and then says nothing for this long is not ours. */
const START_TIMEOUT_MS = 30_000;

/** Bundlers look for exactly this expression. In the built library it names worker.js, which lies beside it there. */
function newWorker(): Worker {
  return new Worker(new URL('./worker-main.ts', import.meta.url), { type: 'module', name: 'heliosdb' });
}

/** Throws WORKER_DIED when the worker's script cannot be loaded. */
export async function startWorker(workerUrl: string | URL | undefined): Promise<RunningWorker> {
  const worker = workerUrl === undefined ? newWorker() : new Worker(workerUrl, { type: 'module', name: 'heliosdb' });
  const link = new WorkerLink(worker as Endpoint);
  let stopWatching = (): void => undefined;
  const stop = (reason: unknown): void => {
    stopWatching();
    worker.terminate();
    link.end(reason);
  };
  // Also what a worker throws and nobody catches: nobody knows the state that it is in.
  worker.onerror = (event) => {
    event.preventDefault();
    stop(diedError(event.message || 'its script could not be loaded; is worker.js served beside the library?'));
  };
  worker.onmessageerror = () => stop(diedError('a message from it could not be read'));
  const timer = setTimeout(() => stop(diedError(`it did not answer within ${START_TIMEOUT_MS} ms`)), START_TIMEOUT_MS);
  try {
    const lifeLock = newLifeLockName();
    const isHeld = await link.call('start', lifeLock);
    if (isHeld) stopWatching = watchLifeLock(lifeLock, () => stop(diedError('it ended')));
  } catch (error) {
    stop(error);
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return { link, stop };
}

function diedError(detail: string): HeliosError {
  return new HeliosError('WORKER_DIED', `the database's worker is gone: ${detail}`, {
    hint: 'Open the database again: what was acknowledged is there; whether a write in flight is there, look.',
  });
}
