import { expect, test } from 'vitest';
import { simulateDay } from '../../support/simulated-day.ts';

/** An hour, with a log so short that there are as many checkpoints and merges as in days of the usual one. */
const SHORT = { seconds: 3600, secondsPerBatch: 15, keptSeconds: 1200 };

test.each([
  { rowsPerSecond: 1, walCheckpointBytes: 64 * 1024 },
  { rowsPerSecond: 8, walCheckpointBytes: 64 * 1024 },
])('a gateway writes less than five times what its rows come to: $rowsPerSecond rows a second', (shape) => {
  const { rowsPerSecond, walCheckpointBytes } = shape;
  const written = simulateDay({ ...SHORT, rowsPerSecond, engine: { walCheckpointBytes } });
  expect(written.checkpoints).toBeGreaterThan(8);
  expect(written.rows).toBeLessThan(SHORT.seconds * rowsPerSecond);
  expect((written.main + written.log) / written.user).toBeLessThan(5);
});
