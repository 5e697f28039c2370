// Runs SQL conformance cases: node scripts/slt.mjs RUNNER_FOLDER [runner options] FILES…
// RUNNER_FOLDER holds slt-runner.mjs and the cases; FILES are relative to it, or @list.txt. See test/slt/adapter.ts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [named, ...given] = process.argv.slice(2);
if (named === undefined) {
  console.error('usage: node scripts/slt.mjs RUNNER_FOLDER [runner options] FILES…');
  process.exit(2);
}
// The runner compares its own path with the one that it was started by: links would keep it from running.
const folder = realpathSync(named);
const out = mkdtempSync(join(tmpdir(), 'helios-slt-'));
const options = given.map((option) => (option.startsWith('@') ? `@${resolve(folder, option.slice(1))}` : option));
try {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(ROOT, 'test/slt/adapter.ts'),
      outDir: out,
      minify: false,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'adapter.mjs' } },
    },
  });
  const runner = [join(folder, 'slt-runner.mjs'), '--engine', join(out, 'adapter.mjs'), '--base', folder];
  const exclude = ['--exclude', join(folder, 'known-exceptions.txt')];
  const result = spawnSync(process.execPath, [...runner, ...exclude, ...options], { stdio: 'inherit' });
  process.exitCode = result.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
