import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fencedBlocks, readLines } from './markdown.ts';

/** docs/api.md, executed: each block that begins with `// node` is a module of its own, whose assertions must hold. */
const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, '.cache/api-docs');
const blocks = fencedBlocks(readLines(join(ROOT, 'docs/api.md')));
const examples = blocks.filter(({ info, text }) => info === 'ts' && text.startsWith('// node\n'));

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

describe('examples of docs/api.md', () => {
  for (const { start, text } of examples) {
    test(`line ${start + 1}`, async () => {
      mkdirSync(FOLDER, { recursive: true });
      const path = join(FOLDER, `line-${start + 1}.ts`);
      const doors = text.replace(/'heliosdb-nano\/(\w+)'/g, (_, door) => JSON.stringify(join(ROOT, `src/${door}.ts`)));
      writeFileSync(path, doors);
      await import(path);
    });
  }

  test('every TypeScript block is one, or says that it is for the browser', () => {
    const other = blocks.filter(({ info, text }) => info === 'ts' && !/^\/\/ (node|browser)\n/.test(text));
    expect(other).toEqual([]);
    expect(examples.length).toBeGreaterThan(5);
  });
});
