/**
 * How a page learns that its worker is gone. A worker that is terminated, crashes or runs out of memory says nothing,
 * and a heartbeat cannot tell a dead worker from one that computes. But the browser frees the Web Locks of whatever
 * ends: the worker takes a lock that nobody else knows and never gives it back; the page queues for it. When the page
 * gets the lock, the worker is gone. Nothing polls, and nothing is left when the page itself ends.
 */
export function newLifeLockName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `heliosdb-worker-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function lockManager(): LockManager | null {
  return typeof navigator === 'undefined' || navigator.locks === undefined ? null : navigator.locks;
}

/** In the worker: true when the lock is held, for ever; false where the browser has no locks (insecure pages). */
export function holdLifeLock(name: string): Promise<boolean> {
  const locks = lockManager();
  if (locks === null) return Promise.resolve(false);
  return new Promise((resolve, reject) => {
    const held = (): Promise<never> => {
      resolve(true);
      return new Promise(() => undefined);
    };
    locks.request(name, held).catch(reject);
  });
}

/** On the page, once the worker holds the lock: calls `onGone` when it does no more. Returns the function that stops watching. */
export function watchLifeLock(name: string, onGone: () => void): () => void {
  const locks = lockManager();
  if (locks === null) return () => undefined;
  const stopping = new AbortController();
  locks.request(name, { signal: stopping.signal }, onGone).catch((error: unknown) => {
    // A lock request fails when we stop it, and when the page itself is being torn down: then nobody waits any more.
    if (!stopping.signal.aborted) onGone();
    return error;
  });
  return () => stopping.abort();
}
