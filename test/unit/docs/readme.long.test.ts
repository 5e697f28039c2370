import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openSync } from '../../../src/node.ts';
import { temporaryDirectory } from '../../support/node-child.ts';
import { fencedBlocks, readLines } from './markdown.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** Below the repository, so that the examples find its types. */
const FOLDER = join(ROOT, `.cache/docs-types-${process.pid}`);
const directory = temporaryDirectory();
afterAll(() => {
  rmSync(FOLDER, { recursive: true, force: true });
  directory.remove();
});

function examplesOf(page: string): { readonly line: number; readonly text: string }[] {
  const blocks = fencedBlocks(readLines(join(ROOT, page))).filter(({ info }) => info === 'ts');
  return blocks.map(({ start, text }) => ({ line: start + 1, text }));
}

test('the Node example of README.md runs as it stands', async () => {
  const [example] = examplesOf('README.md').filter(({ text }) => text.startsWith('// Node\n'));
  const path = join(directory.path, 'sensors.db');
  const text = example.text
    .replace("'heliosdb-nano/node'", JSON.stringify(join(ROOT, 'src/node.ts')))
    .replace("'./sensors.db'", JSON.stringify(path));
  mkdirSync(FOLDER, { recursive: true });
  const module = join(FOLDER, 'run.ts');
  writeFileSync(module, `${text}\nexport { rows };\n`);
  const { rows } = await import(module);
  expect(rows.map(({ sensor, n }: { sensor: string; n: number }) => [sensor, n]).sort()).toEqual(
    [0, 1, 2, 3].map((i) => [`boiler-${i}`, 250]),
  );
  const db = openSync(path, { readOnly: true });
  expect(db.query('SELECT count(*) AS n FROM readings').rows).toEqual([{ n: 1000 }]);
  db.close();
});

test('every example of README.md and docs/api.md type-checks, the browser ones too', () => {
  mkdirSync(FOLDER, { recursive: true });
  for (const page of ['README.md', 'docs/api.md']) {
    for (const { line, text } of examplesOf(page)) {
      writeFileSync(join(FOLDER, `${page.replace(/\W/g, '-')}-line-${line}.ts`), text);
    }
  }
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
    include: ['*-line-*.ts'],
  };
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', FOLDER], { cwd: ROOT, encoding: 'utf8' });
  expect(stdout).toBe('');
}, 60_000);

test('every command and every page that README.md names is there', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const { scripts, bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const commands = [...readme.matchAll(/npm (?:run )?(start|test(?::\w+)?|bench|build)\b/g)].map(([, name]) => name);
  expect([...new Set(commands)].filter((name) => !(name in scripts))).toEqual([]);
  expect(Object.keys(bin)).toContain('heliosdb');
  const pages = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, path]) => path);
  expect(pages.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
