import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ambientUses, bannedUses, CODE_FROM_TEXT, WORLD } from './banned-globals.ts';
import { importViolation } from './folder-order.ts';
import {
  importsOf,
  lineAt,
  parseSource,
  ROOT,
  type SourceFile,
  type SyntaxNode,
  sourceFiles,
  walk,
} from './source-file.ts';

const MAX_FILE_LINES = 500;
const MAX_FUNCTION_LINES = 80;

const existing = (folders: readonly string[]) => folders.filter((folder) => existsSync(join(ROOT, folder)));
const source = sourceFiles('src');
const outside = existing(['test', 'e2e', 'demo', 'bench', 'scripts']).flatMap(sourceFiles);
const HOSTLESS = /^src\/(base|storage|engine|vector|sql|views|sync)\//;
const hostless = source.filter((file) => HOSTLESS.test(file.path));

function longFunctions(file: SourceFile): string[] {
  const found: string[] = [];
  walk(file.program, (node) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return undefined;
    const first = lineAt(file, node.start);
    const lines = lineAt(file, node.end) - first + 1;
    if (lines > MAX_FUNCTION_LINES) found.push(`${file.path}:${first}: a function of ${lines} lines`);
    return undefined;
  });
  return found;
}

function emptyCatches(file: SourceFile): string[] {
  const found: string[] = [];
  walk(file.program, (node) => {
    const body = node.type === 'CatchClause' ? (node.body as SyntaxNode) : null;
    if (body !== null && (body.body as unknown[]).length === 0) {
      found.push(`${file.path}:${lineAt(file, node.start)}: an empty catch`);
    }
    return undefined;
  });
  return found;
}

describe('imports', () => {
  test('point from right to left in the order of the folders', () => {
    const wrong = source.flatMap((file) =>
      importsOf(file).flatMap(({ path, line }) => {
        if (path === null) return [];
        const violation = path.startsWith('src/') ? importViolation(file.path, path) : `${path} lies outside of src`;
        return violation === null ? [] : [`${file.path}:${line}: ${violation} (imports ${path})`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('of Node stand in its host and in the doors only', () => {
    const wrong = source
      .filter((file) => !/^src\/(node\/|node\.ts$|client\/)/.test(file.path))
      .flatMap((file) =>
        importsOf(file)
          .filter(({ specifier }) => specifier.startsWith('node:'))
          .map(({ line }) => `${file.path}:${line}`),
      );
    expect(wrong).toEqual([]);
  });

  test('of demos and end-to-end tests name the doors of the package only', () => {
    const wrong = outside
      .filter((file) => /^(demo|e2e)\//.test(file.path))
      .flatMap((file) =>
        importsOf(file)
          .filter(({ path }) => path !== null && /^src\/.*\//.test(path))
          .map(({ path, line }) => `${file.path}:${line}: ${path}`),
      );
    expect(wrong).toEqual([]);
  });

  test('the arrows themselves', () => {
    expect(importViolation('src/sql/parser/a.ts', 'src/sql/ast/b.ts')).toBeNull();
    expect(importViolation('src/sql/ast/a.ts', 'src/sql/parser/b.ts')).toContain('ast stands below parser');
    expect(importViolation('src/base/a.ts', 'src/storage/b.ts')).toContain('base stands below storage');
    expect(importViolation('src/opfs/a.ts', 'src/node/b.ts')).toContain('siblings');
    expect(importViolation('src/engine/table/a.ts', 'src/engine/host.ts')).toBeNull();
    expect(importViolation('src/engine/table/a.ts', 'src/engine/engine.ts')).toContain('below');
    expect(importViolation('src/sql/executor/a.ts', 'src/engine/engine.ts')).toBeNull();
    expect(importViolation('src/elsewhere/a.ts', 'src/base/b.ts')).toContain('not in the table');
    expect(importViolation('src/index.ts', 'src/client/b.ts')).toBeNull();
  });
});

describe('sizes', () => {
  test(`files have at most ${MAX_FILE_LINES} lines`, () => {
    const long = [...source, ...outside].filter((file) => file.lineCount > MAX_FILE_LINES);
    expect(long.map((file) => `${file.path}: ${file.lineCount} lines`)).toEqual([]);
  });

  test(`functions have at most ${MAX_FUNCTION_LINES} lines`, () => {
    // The callbacks of describe hold whole chapters.
    const files = [...source, ...outside.filter((file) => !/\.(test|e2e)\.ts$/.test(file.path))];
    expect(files.flatMap(longFunctions)).toEqual([]);
  });
});

describe('the parts without a host', () => {
  test('know nothing of the world outside', () => {
    expect(hostless.flatMap((file) => bannedUses(file, WORLD))).toEqual([]);
  });

  test('have no clock and no randomness of their own', () => {
    expect(hostless.flatMap(ambientUses)).toEqual([]);
  });
});

describe('everywhere in src', () => {
  test('no code is made from text', () => {
    expect(source.flatMap((file) => bannedUses(file, CODE_FROM_TEXT))).toEqual([]);
  });

  test('no catch is empty', () => {
    expect([...source, ...outside].flatMap(emptyCatches)).toEqual([]);
  });

  test('nothing is left to do', () => {
    const left = source.flatMap((file) =>
      file.comments
        .filter(({ value }) => /\b(TODO|FIXME|XXX|HACK)\b/.test(value))
        .map(({ start }) => `${file.path}:${lineAt(file, start)}`),
    );
    expect(left).toEqual([]);
  });

  test('the doors of the package only re-export', () => {
    const doors = source.filter((file) => /^src\/[^/]+$/.test(file.path));
    const more = doors.flatMap((file) =>
      (file.program.body as SyntaxNode[])
        .filter(
          (node) => node.source === undefined || node.source === null || (node.specifiers as unknown[])?.length === 0,
        )
        .filter((node) => node.type !== 'ImportDeclaration')
        .map((node) => `${file.path}:${lineAt(file, node.start)}: ${node.type}`),
    );
    expect(more).toEqual([]);
  });
});

describe('the documents', () => {
  test('the README says how to test, and every npm command in it exists', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    expect(readme).toMatch(/\bnpm test\b/);
    const named = [...readme.matchAll(/\bnpm (?:run )?(test(?::[\w-]+)?|[\w:-]+)/g)].filter(
      ([command, name]) => command.startsWith('npm run ') || name.startsWith('test'),
    );
    for (const [command, name] of named) expect(scripts, `${command} in README.md`).toHaveProperty([name]);
  });
});

describe('the rules catch what they are for', () => {
  const file = (text: string) => parseSource('src/engine/planted.ts', text);

  test('globals, but not properties, types, or names of the file', () => {
    expect(bannedUses(file('console.log(1); x.process; const y = { fetch: 1 };'), WORLD)).toEqual([
      'src/engine/planted.ts:1: console',
    ]);
    expect(bannedUses(file('function f(window: Window, { document }: P) { return window(document); }'), WORLD)).toEqual(
      [],
    );
    expect(bannedUses(file('let f: Function; new Function("1");\neval("2")'), CODE_FROM_TEXT)).toEqual([
      'src/engine/planted.ts:1: Function',
      'src/engine/planted.ts:2: eval',
    ]);
    expect(bannedUses(file('const o = { process }; const t = (navigator as Navigator).gpu;'), WORLD).length).toBe(2);
  });

  test('clocks and dice', () => {
    expect(ambientUses(file('Date.now(); new Date(); new Date(5); Math.random(); Date(); Math.floor(1)')).length).toBe(
      4,
    );
  });

  test('long functions and empty catches', () => {
    expect(longFunctions(file(`function f() {${'\n'.repeat(79)}}`))).toEqual([]);
    expect(longFunctions(file(`const f = () => {${'\n'.repeat(80)}};`)).length).toBe(1);
    expect(emptyCatches(file('try { f(); } catch { /* why */ }')).length).toBe(1);
    expect(emptyCatches(file('try { f(); } catch (e) { throw e; }'))).toEqual([]);
  });

  test('imports of every form', () => {
    const text = `import a from './a.ts'; import type { B } from '../b.ts'; export * from './c.ts'; export { d } from 'd';
      const e = import('./e.ts'); type F = import('./f.ts').F; new URL('./g.ts', import.meta.url);`;
    expect(importsOf(file(text)).map(({ specifier, path }) => path ?? specifier)).toEqual([
      'src/engine/a.ts',
      'src/b.ts',
      'src/engine/c.ts',
      'd',
      'src/engine/e.ts',
      'src/engine/f.ts',
      'src/engine/g.ts',
    ]);
  });
});
