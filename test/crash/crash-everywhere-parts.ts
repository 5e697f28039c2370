import { expect, it } from 'vitest';
import { testSeeds } from '../sim/seeds.ts';
import { crashWorkloads, RecoveredFiles } from './crash-everywhere.ts';

/** Distinct files that are recovered at every landing, over all parts. */
const STATES_WANTED = 50_000;
const PARTS = 4;

/** Each part is a test file of its own, with every fourth seed: they run beside one another, and none of them is long at the end. */
export function testPart(part: number): void {
  it(`a crash at every change to storage, part ${part}: no acknowledged transaction lost, no torn one seen`, () => {
    const files = new RecoveredFiles();
    if (process.env.HELIOS_SEED !== undefined) {
      for (const seed of testSeeds(1)) crashWorkloads(seed, files);
      return;
    }
    for (let seed = 1 + part; files.count < STATES_WANTED / PARTS; seed += PARTS) crashWorkloads(seed, files);
    expect(files.count).toBeGreaterThanOrEqual(STATES_WANTED / PARTS);
  });
}
