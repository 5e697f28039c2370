import { expect, it } from 'vitest';
import { testSeeds } from '../sim/seeds.ts';
import { flipBytes } from './flip-bytes.ts';
import { largeVictim, smallVictims } from './victims.ts';

/** Opens of damaged files at every landing. Every second byte of the small files is more than that. */
const OPENS_WANTED = 30_000;
const SMALL_STRIDE = 2;
/** Large segments take a tenth of a second to open and read, and are damaged at fewer places. */
const LARGE_STRIDE = 2_003;

it('a damaged byte anywhere: a named error or right rows, no hang, no TypeError, no appetite for memory', () => {
  let opens = 0;
  for (const seed of testSeeds(1)) {
    const report = flipBytes(smallVictims(), seed, SMALL_STRIDE);
    expect(report.refused).toBeGreaterThan(report.opens / 10);
    opens += report.opens + flipBytes([largeVictim()], seed, LARGE_STRIDE).opens;
  }
  expect(opens).toBeGreaterThanOrEqual(OPENS_WANTED);
});
