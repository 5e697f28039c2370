// Runs every test, also on a fresh clone. Plain Node and nothing else: it must work before `npm ci` has run.
//
//   node scripts/test.mjs             all stages
//   node scripts/test.mjs --quick     without long tests, fuzzers, crash harnesses and the browser
//
// The last line is the count: "N passed, N failed", with ", N skipped" when some were. Exit code 1 when any failed.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packagesAreInstalled } from './packages.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
/** A stage that hangs is a failure, not a wait. */
const STAGE_TIMEOUT_MS = 20 * 60 * 1000;

const STAGES = [
  { name: 'types', quick: true, command: ['typescript', 'tsc', '--noEmit'] },
  { name: 'lint', quick: true, command: ['@biomejs/biome', 'biome', 'check', '.'] },
  { name: 'unit', quick: true, project: 'unit' },
  { name: 'late', quick: true, project: 'late' },
  { name: 'long', quick: false, project: 'long' },
  { name: 'conformance', quick: false, project: 'conformance' },
  { name: 'fuzz', quick: false, project: 'fuzz' },
  { name: 'crash', quick: false, project: 'crash' },
  { name: 'e2e', quick: false, project: 'e2e', browser: true },
];

function run(command, args) {
  const result = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: STAGE_TIMEOUT_MS,
    // npm is a script of the shell on Windows.
    shell: process.platform === 'win32',
  });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  return result.status === 0;
}

/** Runs a program of an installed package, without npx and its prompts. */
function runPackage([packageName, program, ...args]) {
  const folder = join(ROOT, 'node_modules', packageName);
  if (!existsSync(join(folder, 'package.json'))) {
    console.error(`${packageName} is not installed`);
    return false;
  }
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const script = join(folder, typeof bin === 'string' ? bin : bin[program]);
  return run(process.execPath, [script, ...args]);
}

function installPackages() {
  if (packagesAreInstalled(ROOT)) return;
  console.log('Installing packages: npm ci');
  if (!run('npm', ['ci', '--no-audit', '--no-fund']))
    console.error('npm ci failed; the stages that need packages will fail');
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function findBrowser() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return BROWSERS.some((name) => folders.some((folder) => isExecutable(join(folder, name))));
}

/** True when a browser is there in the end. */
function installBrowser() {
  if (findBrowser()) return true;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync('/etc/debian_version')) {
    console.log('Installing a browser: apt-get install chromium');
    run('apt-get', ['update']);
    run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']);
    if (findBrowser()) return true;
  }
  console.error(`No browser: none of ${BROWSERS.join(', ')} is on PATH. Install Chromium, or run npm run test:quick.`);
  return false;
}

/** Counts of a Vitest run from its JSON report. A file that did not load, and a run that broke, count as one failure each. */
function runProject(project) {
  const folder = mkdtempSync(join(tmpdir(), 'helios-report-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const succeeded = runPackage(['vitest', 'vitest', 'run', '--project', project, ...reporters]);
  const counts = existsSync(report)
    ? countsOf(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 };
  rmSync(folder, { recursive: true, force: true });
  if (!succeeded && counts.failed === 0) counts.failed = 1;
  return counts;
}

function countsOf(report) {
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function runStage(stage) {
  if (stage.browser && !installBrowser()) return { passed: 0, failed: 1, skipped: 0 };
  if (stage.project) return runProject(stage.project);
  const succeeded = runPackage(stage.command);
  return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 };
}

function main() {
  const quick = process.argv.includes('--quick');
  const total = { passed: 0, failed: 0, skipped: 0 };
  const summary = [];
  installPackages();
  for (const stage of STAGES.filter((each) => each.quick || !quick)) {
    console.log(`\n=== ${stage.name}`);
    const startedAt = Date.now();
    const counts = runStage(stage);
    for (const key of Object.keys(total)) total[key] += counts[key];
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    summary.push(`${stage.name}: ${counts.passed} passed, ${counts.failed} failed, ${seconds} s`);
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`\n${summary.join('\n')}\n${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

main();
