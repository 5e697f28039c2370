import { afterEach, describe, expect, it } from 'vitest';
import { type PlantedBugs, plantedBugs } from '../../src/base/planted-bugs.ts';
import { crashWorkloads, RecoveredFiles } from './crash-everywhere.ts';

const BUGS = Object.keys(plantedBugs) as (keyof PlantedBugs)[];
/** Seconds of processor time within which each bug must show. */
const SECONDS_ALLOWED = 60;
const SEEDS = 3;

describe('planted bugs are caught', () => {
  afterEach(() => {
    for (const bug of BUGS) plantedBugs[bug] = false;
  });

  for (const bug of BUGS) {
    it(bug, () => {
      plantedBugs[bug] = true;
      const before = process.cpuUsage();
      expect(() => {
        for (let seed = 1; seed <= SEEDS; seed++) crashWorkloads(seed, new RecoveredFiles());
      }).toThrow(/seed \d|check/);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1e6, 'seconds until it showed').toBeLessThan(SECONDS_ALLOWED);
    });
  }
});
