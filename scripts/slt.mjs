// Runs sqllogictest files: npm run test:slt -- [runner options] FILES…
//
// A file is given by its path, absolute or relative to where npm was called, or relative to the folder of cases;
// @list.txt names a file with such paths. The runner and the cases lie beside the project, in ../shared/slt: what it can
// do is in its --help. See test/slt/adapter.ts for our side.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** Options of the runner that take a value. */
const WITH_VALUE = new Set(
  'label timeout jobs json max-failures max-per-file hash-threshold slow base exclude'
    .split(' ')
    .map((name) => `--${name}`),
);

const [folder, ...given] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node scripts/slt.mjs RUNNER_FOLDER [runner options] FILES…');
  process.exit(2);
}
const runner = join(folder, 'slt-runner.mjs');
if (!existsSync(runner)) {
  console.error(`The runner of sqllogictest files is missing: there is no ${resolve(runner)}.`);
  console.error('It is no part of this project: put the folder of the conformance cases there, or name another one.');
  process.exit(2);
}

/** Where the caller stands: npm itself changes to the project's folder. */
const caller = process.env.INIT_CWD ?? process.cwd();

function locate(file) {
  const here = resolve(caller, file);
  return existsSync(here) ? here : resolve(folder, file);
}

function located(argument, index) {
  if (argument.startsWith('-') || WITH_VALUE.has(given[index - 1])) return argument;
  return argument.startsWith('@') ? `@${locate(argument.slice(1))}` : locate(argument);
}

const out = mkdtempSync(join(tmpdir(), 'helios-slt-'));
try {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    // The adapter lies where no packages are.
    ssr: { noExternal: true },
    build: {
      ssr: join(ROOT, 'test/slt/adapter.ts'),
      outDir: out,
      minify: false,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'adapter.mjs' } },
    },
  });
  const options = ['--engine', join(out, 'adapter.mjs'), '--base', folder];
  const exceptions = join(folder, 'known-exceptions.txt');
  if (existsSync(exceptions)) options.push('--exclude', exceptions);
  // The runner starts when it is called by its own path, and not by a link to it.
  const start = [realpathSync(runner), ...options, ...given.map(located)];
  const result = spawnSync(process.execPath, start, { stdio: 'inherit' });
  process.exitCode = result.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
