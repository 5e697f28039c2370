import { expect, test } from 'vitest';
import { makeCase } from './case.ts';
import { findDifference, Tally } from './differential.ts';
import { HeliosContender } from './engines/helios.ts';
import { probeFeatures } from './generate/features.ts';
import { describeFinding, minimise } from './report.ts';

const QUERIES = 20_000;
/** Answers whose order or choice is open say nothing: the generator must hardly make any. */
const MOST_OPEN = QUERIES / 200;

test(`${QUERIES} random queries, and changes between them, answer as SQLite does`, { timeout: 3_600_000 }, () => {
  const features = probeFeatures(new HeliosContender());
  const tally = new Tally();
  for (let seed = 1; tally.queries < QUERIES; seed++) {
    const { statements } = makeCase(seed, features);
    const difference = findDifference(seed, statements, tally);
    if (difference !== null) throw new Error(describeFinding(minimise(seed, statements, difference)));
  }
  expect(tally.open).toBeLessThan(MOST_OPEN);
  expect(tally.refused).toBeLessThan((tally.queries + tally.changes) / 10);
});
