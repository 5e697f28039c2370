import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../..');
/** The cases and their runner live beside the project, not in it. */
const CASES = resolve(ROOT, '../shared/slt');
const KNOWN_FAILURES = join(HERE, 'known-failures.json');

interface Report {
  readonly summary: { readonly passed: number; readonly failed: number };
  readonly files: readonly { readonly file: string; readonly failed: number }[];
}

/**
 * What SQLite answers, case by case. `known-failures.json` counts, by file, the cases that need what is not built; a file
 * may never fail more often than that. After an improvement, HELIOS_UPDATE=1 writes the smaller counts.
 */
describe.skipIf(!existsSync(CASES))(`conformance cases (skipped when ${relative(ROOT, CASES)} is missing)`, () => {
  it('fail nowhere more often than known', { timeout: 600_000 }, () => {
    const { failures, passed } = runCases();
    expect(passed).toBeGreaterThan(0);
    if (process.env.HELIOS_UPDATE === '1') writeFileSync(KNOWN_FAILURES, `${JSON.stringify(failures, null, 2)}\n`);
    const known: Record<string, number> = JSON.parse(readFileSync(KNOWN_FAILURES, 'utf8'));
    const worse = Object.entries(failures).filter(([file, count]) => count > (known[file] ?? 0));
    expect(Object.fromEntries(worse)).toEqual({});
  });
});

function runCases(): { failures: Record<string, number>; passed: number } {
  const folder = mkdtempSync(join(tmpdir(), 'helios-conformance-'));
  const report = join(folder, 'report.json');
  const options = ['--label', 'sqlite', '--quiet', '--timeout', '120', '--json', report, '@files.txt'];
  spawnSync(process.execPath, [join(ROOT, 'scripts/slt.mjs'), CASES, ...options], { stdio: 'inherit' });
  const { summary, files }: Report = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  const failed = files.filter((file) => file.failed > 0);
  const failures = Object.fromEntries(failed.map(({ file, failed: count }) => [relative(CASES, resolve(file)), count]));
  return { failures, passed: summary.passed };
}
