// Runs every test, also on a fresh clone. Plain Node and nothing else: it must work before `npm ci` has run.
//
//   node scripts/test.mjs             all stages
//   node scripts/test.mjs --quick     without long tests, fuzzers, crash harnesses, conformance cases and the browser
//
// The last line is the count: "N passed, N failed", with ", N skipped" when some were. Exit code 1 when any failed.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packagesAreInstalled } from './packages.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];
/** A stage that hangs is a failure, not a wait. */
const STAGE_TIMEOUT_MS = 45 * 60 * 1000;
const QUICK_PROJECTS = ['late', 'unit'];
/** Of the summary: what to look at where a run has become slow. */
const LONGEST_FILES = 10;

/** All projects without a browser are one run of Vitest: its workers share one queue of files. */
const STAGES = [
  { name: 'types', command: ['typescript', 'tsc', '--noEmit'] },
  { name: 'lint', command: ['@biomejs/biome', 'biome', 'check', '.'] },
  { name: 'tests', projects: ['crash', 'fuzz', 'conformance', 'long', ...QUICK_PROJECTS] },
  { name: 'e2e', projects: ['e2e'], browser: true },
];
const QUICK_STAGES = [...STAGES.slice(0, 2), { name: 'tests', projects: QUICK_PROJECTS }];

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
function runProjects(projects) {
  const folder = mkdtempSync(join(tmpdir(), 'helios-report-'));
  const file = join(folder, 'report.json');
  const succeeded = runPackage([
    'vitest',
    'vitest',
    'run',
    ...projects.map((project) => `--project=${project}`),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    // Each module is compiled once for all projects; by this run, so that no other one's is taken for it.
    '--experimental.fsModuleCache',
    `--experimental.fsModuleCachePath=${join(folder, 'modules')}`,
  ]);
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
  rmSync(folder, { recursive: true, force: true });
  const counts = report === null ? { passed: 0, failed: 0, skipped: 0 } : countsOf(report);
  if (!succeeded && counts.failed === 0) counts.failed = 1;
  return { ...counts, longest: report === null ? [] : longestOf(report) };
}

function countsOf(report) {
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The files that took longest, with their seconds. */
function longestOf(report) {
  const files = report.testResults.map(({ name, startTime, endTime }) => ({
    name: relative(ROOT, name),
    seconds: (endTime - startTime) / 1000,
  }));
  return files.sort((a, b) => b.seconds - a.seconds).slice(0, LONGEST_FILES);
}

function runStage(stage) {
  if (stage.browser && !installBrowser()) return { passed: 0, failed: 1, skipped: 0 };
  if (stage.projects) return runProjects(stage.projects);
  const succeeded = runPackage(stage.command);
  return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 };
}

function main() {
  const quick = process.argv.includes('--quick');
  const total = { passed: 0, failed: 0, skipped: 0 };
  const summary = [];
  installPackages();
  for (const stage of quick ? QUICK_STAGES : STAGES) {
    console.log(`\n=== ${stage.name}`);
    const startedAt = Date.now();
    const counts = runStage(stage);
    for (const key of Object.keys(total)) total[key] += counts[key];
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    summary.push(`${stage.name}: ${counts.passed} passed, ${counts.failed} failed, ${seconds} s`);
    for (const file of counts.longest ?? []) summary.push(`  ${file.name}: ${file.seconds.toFixed(1)} s`);
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`\n${summary.join('\n')}\n${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

main();
