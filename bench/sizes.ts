import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Size } from './report.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const WORKER_GOAL_KB = 150;

/** What a browser downloads: the worker's script, built and gzipped, with what it imports. */
export function workerSize(): readonly Size[] {
  const dist = join(HERE, '..', 'dist');
  const entry = readdirSync(dist).find((file) => file === 'worker.js');
  if (entry === undefined) return [];
  let bytes = 0;
  for (const file of withImports(dist, entry, new Set())) bytes += gzipSync(readFileSync(file), { level: 9 }).length;
  return [
    { what: 'engine worker, gzipped', contender: 'heliosdb', value: bytes / 1000, unit: 'kB', goal: WORKER_GOAL_KB },
  ];
}

function withImports(directory: string, file: string, seen: Set<string>): Set<string> {
  const path = join(directory, file);
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, target] of readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?["'](\.\.?\/[^"']+\.js)["']/g)) {
    withImports(dirname(path), target, seen);
  }
  return seen;
}

/** The most memory that a process of its own holds while it loads the rows; Node itself is part of it. */
export function residentMemory(peerNames: readonly string[], rowCount: number): readonly Size[] {
  return peerNames.map((contender) => {
    const script = join(HERE, 'memory.ts');
    const out = execFileSync(process.execPath, ['--import', 'tsx', script, contender, String(rowCount)], {
      cwd: HERE,
      encoding: 'utf8',
    });
    return {
      what: 'peak resident memory, batch insert, 3 indexes',
      contender,
      value: Number(out),
      unit: 'MB',
      goal: null,
    };
  });
}
