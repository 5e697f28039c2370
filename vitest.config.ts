import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/** Unit tests that take seconds each: random runs against models, processes, spilling. */
const LONG = 'test/unit/**/*.long.test.ts';

/**
 * Much arithmetic and no waiting: Vitest itself leaves one processor free, which is half of two. Projects with as many
 * workers and the same group are one queue, so that no processor is idle at the end of each.
 */
const allProcessors = { maxWorkers: availableParallelism(), sequence: { groupOrder: 1 } };

/** A machine that does other work as well may take its time; scripts/test.mjs ends what hangs. */
const AN_HOUR_MS = 3_600_000;

const manySmallFiles = {
  setupFiles: ['test/support/late-parts.ts'],
  // No file leaves anything behind, so that modules are loaded once for all of them.
  isolate: false,
  ...allProcessors,
  // No test depends on timing; a busy machine may take its time.
  testTimeout: 60_000,
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{unit,structure,sql}/**/*.test.ts'],
          exclude: [LONG],
          ...manySmallFiles,
        },
      },
      {
        test: {
          name: 'long',
          include: [LONG],
          ...manySmallFiles,
        },
      },
      {
        test: {
          // Without the parts that are loaded on demand: see docs/architecture.md.
          name: 'late',
          include: ['test/late/**/*.test.ts'],
          ...allProcessors,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'crash',
          setupFiles: ['test/support/late-parts.ts'],
          include: ['test/crash/**/*.test.ts'],
          ...allProcessors,
          testTimeout: AN_HOUR_MS,
        },
      },
      {
        test: {
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          ...allProcessors,
          testTimeout: AN_HOUR_MS,
        },
      },
      {
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          ...allProcessors,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts'],
          // Chromium on two cores: one file at a time, and room for a slow start.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
