import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleForNode } from '../../support/node-child.ts';

const ROOT = join(import.meta.dirname, '../../..');
const LIMIT_MB = 16;
/** A heap that the deltas of all rows, or a merge of all texts, would not fit into. */
const HEAP = ['--max-old-space-size=64', '--max-semi-space-size=2'];
/** With a limit the process grows by 45 MB, without one by 160. */
const GROWTH_MB = 100;

let directory: string;
let script: string;

beforeAll(async () => {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  directory = mkdtempSync(join(ROOT, '.cache', 'memory-'));
  script = await bundleForNode(join(import.meta.dirname, 'memory-child.ts'), join(directory, 'script'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test.runIf(existsSync('/proc/self/status'))('a process that loads more than it may hold stays within bounds', () => {
  const args = [...HEAP, script, join(directory, 'load.db'), String(LIMIT_MB)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const { grownMb, rows } = JSON.parse(stdout);
  expect(rows).toEqual([150_000, 60_000]);
  expect(grownMb).toBeLessThan(GROWTH_MB);
});
