import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { heliosdbFile, heliosdbSmall } from './peers/heliosdb.ts';
import type { Size } from './report.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const WORKER_GOAL_KB = 150;
const OPENS = 7;
const OPEN_GOALS_MS = { clean: 10, killed: 100 };

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
  const small = peerNames.includes(heliosdbFile.name) ? [heliosdbSmall.name] : [];
  const script = compiledScript('memory.ts');
  const rows = [...peerNames, ...small].map((contender) => [contender] as const);
  const columns = small.map((contender) => [contender, 'columns'] as const);
  return [...rows, ...columns].map((words) => {
    const [contender, how] = words;
    const args = [script, contender, String(rowCount), ...(how === undefined ? [] : [how])];
    const out = execFileSync(process.execPath, args, { cwd: HERE, encoding: 'utf8' });
    return {
      what: 'peak resident memory: load, 3 indexes, queries',
      contender: how === undefined ? contender : `${contender}, by ${how}`,
      value: Number(out),
      unit: 'MB',
      goal: null,
    };
  });
}

/** As JavaScript: what compiles TypeScript on the way would hold more memory than all that is measured. */
function compiledScript(script: string): string {
  const outfile = join(HERE, 'results', script.replace('.ts', '.js'));
  buildSync({
    entryPoints: [join(HERE, script)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  return outfile;
}

/** The time that it takes to open a database, each time in a process of its own: what Node needs to start is no part of it. */
export function openTimes(peerNames: readonly string[]): readonly Size[] {
  const directory = mkdtempSync(join(tmpdir(), 'helios-bench-'));
  try {
    return (['clean', 'killed'] as const).flatMap((kind) =>
      peerNames.flatMap((peer) => timesOf(kind, peer, join(directory, `${kind}-${peer}.db`))),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function timesOf(kind: keyof typeof OPEN_GOALS_MS, contender: string, path: string): readonly Size[] {
  runOpen(['make', kind, contender, path]);
  const runs = Array.from({ length: OPENS }, () => runOpen(['open', contender, path]).split(' ').map(Number));
  const median = (i: number): number => runs.map((run) => run[i]).sort((a, b) => a - b)[Math.floor(OPENS / 2)];
  const after = kind === 'clean' ? '100 MB, after a close' : 'after a kill with a full log';
  const goal = contender.startsWith('heliosdb') ? OPEN_GOALS_MS[kind] : null;
  return [
    { what: `open, ${after}`, contender, value: median(0), unit: 'ms', goal },
    { what: `first row, ${after}`, contender, value: median(1), unit: 'ms', goal: null },
  ];
}

/** It kills itself, so its exit code says nothing; an error of its own does. */
function runOpen(words: readonly string[]): string {
  const script = join(HERE, 'open.ts');
  const { stdout, stderr, signal } = spawnSync(process.execPath, ['--import', 'tsx', script, ...words], {
    cwd: HERE,
    encoding: 'utf8',
  });
  if (signal !== 'SIGKILL') throw new Error(`open.ts ${words.join(' ')}: ${stderr}`);
  return stdout;
}
