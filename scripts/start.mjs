// Runs the demo, also on a fresh clone: npm start. Plain Node and nothing else: it must work before `npm ci` has run.
//
// It installs the packages and builds the library and the demo where they are missing or older than their sources, and
// then hands over to the gateway (demo/gateway/main.ts), which reads the options: npm start -- --help
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packagesAreInstalled } from './packages.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const VITE = join(ROOT, 'node_modules/vite/bin/vite.js');
const OLDEST_NODE = [20, 19];

/** Type declarations, which `npm run build` adds, are not needed to run. */
const LIBRARY = {
  name: 'library',
  sources: ['src', 'vite.config.ts', 'package.json', 'package-lock.json'],
  output: 'dist',
  configs: ['vite.config.ts'],
};
const DEMO = {
  name: 'demo',
  sources: [...LIBRARY.sources, 'demo/gateway', 'demo/kiosk', 'demo/vite.config.ts', 'demo/vite.gateway.config.ts'],
  output: 'demo/dist',
  configs: ['demo/vite.config.ts', 'demo/vite.gateway.config.ts'],
};

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  stop(`This needs Node ${OLDEST_NODE.join('.')} or newer; here is ${process.version}.`);
}

function run(command, args, environment = {}) {
  const result = spawnSync(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    // What went well needs no lines; what did not is shown below.
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    // npm is a script of the shell on Windows.
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (result.status === 0) return;
  if (result.signal === 'SIGINT') process.exit(130);
  console.error(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`);
  stop(`This command failed: ${command} ${args.join(' ')}`);
}

function stop(message) {
  console.error(`\n  ${message}`);
  process.exit(1);
}

/** A digest of names and contents, not of dates: checking out another branch and coming back builds nothing. */
function digestOf(sources) {
  const hash = createHash('sha256');
  const add = (path) => {
    if (!existsSync(join(ROOT, path))) return;
    if (statSync(join(ROOT, path)).isDirectory()) {
      for (const name of readdirSync(join(ROOT, path)).sort()) add(`${path}/${name}`);
    } else {
      hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)));
    }
  };
  sources.forEach(add);
  return hash.digest('hex');
}

function buildWhenStale({ name, sources, output, configs }) {
  const stamp = join(ROOT, output, '.built-from');
  const digest = digestOf(sources);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  console.log(`  Building the ${name}…`);
  // Not what the caller's environment says: a page built for development keeps no files for later.
  for (const config of configs) run(process.execPath, [VITE, 'build', '--config', config], { NODE_ENV: 'production' });
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}

checkNode();
if (!packagesAreInstalled(ROOT)) {
  console.log('  Installing packages (npm ci)…');
  run('npm', ['ci', '--no-audit', '--no-fund']);
}
buildWhenStale(LIBRARY);
buildWhenStale(DEMO);
const gateway = await import(pathToFileURL(join(ROOT, 'demo/dist/gateway/main.js')).href);
await gateway.main(process.argv.slice(2));
