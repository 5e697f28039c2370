import { expect, test } from 'vitest';
import { crashEverywhere, RecoveredFiles } from './crash-everywhere.ts';

// A file of limited size: checkpoints go in steps as they do elsewhere, and the log is moved to its start more often.

const MAX_BYTES = 512 * 1024;

test('a crash at every change to the storage of a database with a largest size', () => {
  const files = new RecoveredFiles();
  crashEverywhere('checkpointsInSteps', 1, { synchronous: 'full', maxBytes: MAX_BYTES }, files);
  expect(files.count).toBeGreaterThan(100);
});
