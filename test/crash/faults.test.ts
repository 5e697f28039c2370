import { describe, expect, it } from 'vitest';
import { HeliosError } from '../../src/base/errors.ts';
import type { FaultEffect } from '../sim/faults.ts';
import { LyingDisk } from '../sim/lying-storage.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { describeEngine } from '../support/engine-state.ts';
import { openOn, runStep, statesOf } from './harness.ts';
import { insertLoad, schemaChanges, updatesAndDeletes, vacuums, type Workload } from './workload.ts';

const WORKLOADS: Readonly<Record<string, Workload>> = { insertLoad, updatesAndDeletes, schemaChanges, vacuums };
const EFFECTS: readonly FaultEffect[] = ['io', 'disk-full', 'quota', 'dead'];
const SEED = 1;

/** Runs until the fault shows, then looks at what the database says of itself, and at what is there after a reopen. */
function failAt(
  workload: Workload,
  effect: FaultEffect,
  at: number,
  times: number,
  expected: readonly string[],
): boolean {
  const disk = new LyingDisk(SEED);
  disk.faults.add({ effect, on: 'change', at, times });
  const steps = workload(new SeededRandom(SEED));
  let acknowledged = 0;
  let engine: ReturnType<typeof openOn> | null = null;
  try {
    engine = openOn(disk);
    for (const step of steps) {
      runStep(engine, step);
      acknowledged++;
    }
    return false;
  } catch (error) {
    if (!(error instanceof HeliosError)) throw error;
    expect(['IO', 'DISK_FULL', 'QUOTA_EXCEEDED', 'STORAGE_FAILED']).toContain(error.code);
  }
  const candidates = expected.slice(acknowledged, acknowledged + 2);
  disk.faults.clear();
  if (engine !== null) assertNamedOrRight(engine, candidates);
  const reopened = openOn(disk.crash({ kind: 'prefix', count: disk.pending().length }));
  expect(candidates).toContain(describeEngine(reopened));
  expect(reopened.check().problems).toEqual([]);
  return true;
}

/** A database that goes on has the right rows; one that cannot says so. */
function assertNamedOrRight(engine: ReturnType<typeof openOn>, candidates: readonly string[]): void {
  try {
    engine.makeDurable();
    expect(candidates).toContain(describeEngine(engine));
    runStep(engine, { kind: 'checkpoint' });
    expect(candidates).toContain(describeEngine(engine));
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/STORAGE_FAILED|IO/) });
  }
}

describe('the n-th change to storage fails', () => {
  for (const [name, workload] of Object.entries(WORKLOADS)) {
    for (const effect of EFFECTS) {
      it(`${name}: ${effect}, once and for good`, () => {
        const expected = statesOf(workload, SEED);
        let failures = 0;
        for (const times of [1, Number.POSITIVE_INFINITY]) {
          for (let at = 1; failAt(workload, effect, at, times, expected); at++) failures++;
        }
        expect(failures).toBeGreaterThan(50);
      });
    }
  }

  it('a full disk refuses the commit, and the next one succeeds once there is room', () => {
    const disk = new LyingDisk(SEED);
    // Where commits are flushed one by one the log has room for the next ones already.
    const engine = openOn(disk, { synchronous: 'normal' });
    const steps = insertLoad(new SeededRandom(SEED));
    runStep(engine, steps[0]);
    disk.capacityBytes = disk.shownBytes('main').length + disk.shownBytes('wal').length;
    const before = describeEngine(engine);
    expect(() => runStep(engine, steps[1])).toThrow(expect.objectContaining({ code: 'DISK_FULL' }));
    expect(describeEngine(engine)).toBe(before);
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    runStep(engine, steps[1]);
    expect(describeEngine(engine)).not.toBe(before);
  });
});
