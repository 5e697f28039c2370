/** How cooperative work gives way and how waits end. Tests hand in one whose turns and timers they control. */
export interface Scheduler {
  /** Milliseconds that never go back. */
  now(): number;
  /** Resolves after the events that wait already (messages, timers, sockets) have been handled. */
  turn(): Promise<void>;
  /** Runs `action` once after the delay, unless the returned function is called before. */
  after(delayMs: number, action: () => void): () => void;
  /** Runs `action` again and again until the returned function is called. Keeps no process alive. */
  every(intervalMs: number, action: () => void): () => void;
}

/** setTimeout fires at once for a longer delay than 32 bits hold. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

function after(delayMs: number, action: () => void): () => void {
  const timer = setTimeout(action, Math.min(delayMs, LONGEST_DELAY_MS));
  return () => clearTimeout(timer);
}

function every(intervalMs: number, action: () => void): () => void {
  const timer = setInterval(action, intervalMs);
  // Only Node's timers keep anything alive.
  timer.unref?.();
  return () => clearInterval(timer);
}

/** In workers setTimeout waits 4 ms and more once it is nested; a message to oneself does not. */
function messageTurns(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(null);
    });
}

export function createScheduler(): Scheduler {
  const now = () => performance.now();
  if (typeof setImmediate === 'function') {
    return { now, turn: () => new Promise((resolve) => setImmediate(resolve)), after, every };
  }
  return { now, turn: messageTurns(), after, every };
}
