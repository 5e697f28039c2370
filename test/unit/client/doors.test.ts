import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type * as Browser from 'heliosdb-nano';
import type * as Node from 'heliosdb-nano/node';
import { describe, expect, expectTypeOf, test } from 'vitest';
import * as browser from '../../../src/index.ts';
import * as node from '../../../src/node.ts';

const ROOT = join(import.meta.dirname, '../../..');

interface Reading {
  id: number;
  name: string;
}

describe('the doors', () => {
  test('each entry of the package is a file of src, and is built', () => {
    const { exports, bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(Object.keys(exports)).toEqual(['.', './node', './worker', './kysely']);
    const build = readFileSync(join(ROOT, 'vite.config.ts'), 'utf8');
    const targets = Object.values(exports as Record<string, { types: string; default: string }>);
    for (const target of [...targets.map((each) => each.default), bin.heliosdb]) {
      const source = `src/${basename(target, '.js')}.ts`;
      expect(existsSync(join(ROOT, source))).toBe(true);
      expect(build).toContain(`'${source}'`);
    }
    for (const { types, default: script } of targets) {
      expect(types).toBe(script.replace('./dist/', './dist/types/').replace('.js', '.d.ts'));
    }
  });

  test('nothing but what the page about the API names', () => {
    expect(Object.keys(browser).sort()).toEqual(['HeliosError', 'isHeliosError', 'open']);
    expect(Object.keys(node).sort()).toEqual(['HeliosError', 'importCsv', 'isHeliosError', 'open', 'openSync']);
  });
});

describe('types', () => {
  test('rows are of the type that the caller names', () => {
    const use = async (db: Browser.Database, tx: Browser.Transaction, sync: Node.SyncDatabase): Promise<void> => {
      expectTypeOf((await db.query('')).rows).toEqualTypeOf<Node.Row[]>();
      expectTypeOf((await db.query<Reading>('')).rows).toEqualTypeOf<Reading[]>();
      expectTypeOf(await db.sql<Reading>`${1} ${'a'} ${null}`).toEqualTypeOf<Reading[]>();
      expectTypeOf(await tx.prepare<Reading>('')).toEqualTypeOf<Browser.Statement<Reading>>();
      expectTypeOf(sync.prepare<Reading>('').get([1])).toEqualTypeOf<Reading | undefined>();
      for await (const row of db.iterate<Reading>('', { name: 1 })) expectTypeOf(row).toEqualTypeOf<Reading>();
      for (const row of sync.iterate<Reading>('')) expectTypeOf(row).toEqualTypeOf<Reading>();
      expectTypeOf(await db.transaction(async () => 3)).toEqualTypeOf<number>();
      await db.insert('', { a: new Float64Array(1), b: ['x', null] });
      await db.insert('', [{ a: 1 }]);
      // @ts-expect-error no SQL type takes a symbol
      await db.query('', [Symbol('s')]);
      expectTypeOf((await db.asOf({ scn: 1 }).query<Reading>('')).rows).toEqualTypeOf<Reading[]>();
      // @ts-expect-error not a way to name a point
      db.asOf({ when: 1 });
    };
    expectTypeOf(use).toBeFunction();
    expectTypeOf<typeof Browser.open>().returns.resolves.toEqualTypeOf<Browser.Database>();
  });
});
