import { expect, test } from 'vitest';
import { WriterQueue } from '../../../src/client/local/writer-queue.ts';
import { failing, settle, TestScheduler } from './support.ts';

const FOREVER = { timeoutMs: Number.POSITIVE_INFINITY };

test('first come, first served', async () => {
  const queue = new WriterQueue(new TestScheduler());
  const order: string[] = [];
  const releases: (() => void)[] = [];
  const come = async (name: string): Promise<void> => {
    releases.push(await queue.acquire(FOREVER));
    order.push(name);
  };
  const all = ['a', 'b', 'c'].map(come);
  await settle();
  expect(order).toEqual(['a']);
  expect(queue.tryAcquire()).toBeNull();
  releases[0]();
  releases[0]();
  await settle();
  expect(order).toEqual(['a', 'b']);
  // Whoever comes between the release and the next one's turn queues behind.
  releases[1]();
  expect(queue.tryAcquire()).toBeNull();
  await Promise.all(all);
  releases[2]();
  queue.tryAcquire()?.();
  expect(order).toEqual(['a', 'b', 'c']);
});

test('a wait ends with BUSY_TIMEOUT, and the queue goes on without it', async () => {
  const scheduler = new TestScheduler();
  const queue = new WriterQueue(scheduler);
  const release = await queue.acquire(FOREVER);
  const impatient = queue.acquire({ timeoutMs: 50 });
  const patient = queue.acquire({ timeoutMs: 5000 });
  scheduler.advance(49);
  await settle();
  expect(queue.length).toBe(2);
  scheduler.advance(1);
  await expect(impatient).rejects.toEqual(failing('BUSY_TIMEOUT'));
  release();
  (await patient)();
  expect(scheduler.timerCount).toBe(0);
});

test('a signal ends the wait, and one that has fired prevents it', async () => {
  const scheduler = new TestScheduler();
  const queue = new WriterQueue(scheduler);
  const release = await queue.acquire(FOREVER);
  const controller = new AbortController();
  const waiting = queue.acquire({ timeoutMs: 100, signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED', cause: new Error('enough') });
  expect(queue.length).toBe(0);
  expect(scheduler.timerCount).toBe(0);
  release();
  await expect(queue.acquire({ ...FOREVER, signal: controller.signal })).rejects.toEqual(failing('ABORTED'));
});

test('a refusal reaches those who wait and those who come', async () => {
  const queue = new WriterQueue(new TestScheduler());
  await queue.acquire(FOREVER);
  const waiting = queue.acquire(FOREVER);
  queue.refuse(new Error('closed'));
  await expect(waiting).rejects.toThrow('closed');
  await expect(queue.acquire(FOREVER)).rejects.toThrow('closed');
});
