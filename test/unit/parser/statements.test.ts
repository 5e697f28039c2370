import { describe, expect, test } from 'vitest';
import type { Statement } from '../../../src/sql/ast/statements.ts';
import { parseStatement, parseStatementAt, parseStatements } from '../../../src/sql/parser/parse.ts';
import { printQuery } from '../../../src/sql/parser/print-query.ts';
import { SAMPLES } from './sample-statements.ts';

function parse<K extends Statement['kind']>(kind: K, sql: string): Extract<Statement, { kind: K }> {
  const { statement } = parseStatement(sql);
  if (statement.kind !== kind) throw new Error(`${statement.kind} instead of ${kind}`);
  return statement as Extract<Statement, { kind: K }>;
}

describe('every family of statements', () => {
  test.each(SAMPLES)('%s: %s', (kind, sql) => {
    const parsed = parseStatement(`${sql} ;`);
    expect(parsed.statement.kind).toBe(kind);
    expect([parsed.position, parsed.end]).toEqual([0, sql.length]);
    expect(JSON.stringify(parsed, withoutRanges)).toBe(JSON.stringify(parseStatement(spaced(sql)), withoutRanges));
  });

  test.each(SAMPLES.filter(([kind]) => kind === 'select'))('%s prints as itself: %s', (_, sql) => {
    const printed = printQuery(parse('select', sql));
    expect(printQuery(parse('select', printed))).toBe(printed);
  });

  test('as one script', () => {
    const statements = parseStatements(SAMPLES.map(([, sql]) => sql).join(';\n'));
    expect(statements.map(({ statement }) => statement.kind)).toEqual(SAMPLES.map(([kind]) => kind));
  });
});

/** The tree without what depends on where the text stands and how its types are spaced. */
function withoutRanges(key: string, value: unknown): unknown {
  if (key === 'position' || key === 'end' || key === 'operatorPosition' || key === 'declared') return undefined;
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Comments and line breaks where there was a space outside of quotes. */
function spaced(sql: string): string {
  return sql.replace(/('[^']*'|"[^"]*")| /g, (_, quoted) => quoted ?? ' /* ; */ \n-- x\n\t');
}

test('every node lies within its statement and has a range', () => {
  for (const [, sql] of SAMPLES) {
    const { statement } = parseStatement(sql);
    const walk = (node: unknown): void => {
      if (Array.isArray(node)) node.forEach(walk);
      if (node === null || typeof node !== 'object' || !('kind' in node)) return;
      const { position, end } = node as unknown as { position: number; end: number };
      expect(position >= 0 && position <= end && end <= sql.length, `${sql}: ${JSON.stringify(node.kind)}`).toBe(true);
      Object.values(node).forEach(walk);
    };
    walk(statement);
  }
});

test('column constraints', () => {
  const { columns } = parse('create-table', SAMPLES.find(([, sql]) => sql.startsWith('CREATE TEMP TABLE'))![1]);
  expect(columns.map(({ name, type, constraints }) => [name, type?.name, constraints.map(({ kind }) => kind)])).toEqual(
    [
      ['id', 'INTEGER', ['primary-key-column']],
      ['a', 'TEXT', ['not-null', 'default', 'collate-constraint', 'unique-column']],
      ['b', 'REAL', ['default', 'check', 'null']],
      ['t', 'TIMESTAMP', ['default']],
      ['u', 'INTEGER', ['default']],
    ],
  );
});

test('types keep their words, sizes and text', () => {
  const sql =
    'CREATE TABLE t (a decimal( 15,-2 ), b double precision, c TEXT[][], d timestamp(3) with time zone, e "my type")';
  const types = parse('create-table', sql).columns.map(({ type }) => type!);
  expect(
    types.map(({ name, arguments: sizes, arrayDimensions, declared }) => [name, sizes, arrayDimensions, declared]),
  ).toEqual([
    ['DECIMAL', [15, -2], 0, 'decimal( 15,-2 )'],
    ['DOUBLE PRECISION', [], 0, 'double precision'],
    ['TEXT', [], 2, 'TEXT[][]'],
    ['TIMESTAMP WITH TIME ZONE', [3], 0, 'timestamp(3) with time zone'],
    ['MY TYPE', [], 0, 'my type'],
  ]);
});

test('texts of CHECK and DEFAULT can be cut out of the statement', () => {
  const sql = "CREATE TABLE t (a CHECK ( (a + 1) * 2 > (3) ) DEFAULT (strftime('%s','now')), b DEFAULT -1)";
  const constraints = parse('create-table', sql).columns.flatMap((column) => column.constraints);
  const texts = constraints.map((constraint) =>
    constraint.kind === 'check' || constraint.kind === 'default'
      ? sql.slice(constraint.expression.position, constraint.expression.end)
      : null,
  );
  expect(texts).toEqual(['(a + 1) * 2 > (3', "strftime('%s','now')", '-1'].with(0, '(a + 1) * 2 > (3)'));
});

test('options', () => {
  const { options } = parse('create-table', SAMPLES.find(([, sql]) => sql.includes('retention_days = 30'))![1]);
  expect(options.map(({ name, value }) => [name, value])).toEqual([
    ['retention_days', 30n],
    ['downsample', 'avg'],
    ['compress', true],
    ['ratio', -0.5],
    ['auto', true],
  ]);
});

test('joins lean to the left', () => {
  const { first } = parse('select', 'SELECT * FROM a, b LEFT JOIN c USING (x)');
  expect(first).toMatchObject({
    from: {
      kind: 'join',
      join: 'LEFT',
      using: [{ name: 'x' }],
      on: null,
      right: { kind: 'table', table: { name: 'c' } },
      left: { kind: 'join', join: 'CROSS', left: { table: { name: 'a' } }, right: { table: { name: 'b' } } },
    },
  });
});

test('points in time', () => {
  const { first } = parse('select', "SELECT * FROM a AS OF TIMESTAMP '2024-12-31' x JOIN b AS OF SNAPSHOT audit ON 1");
  expect(first).toMatchObject({
    from: {
      left: { alias: 'x', asOf: { unit: 'TIMESTAMP', point: { value: '2024-12-31' } } },
      right: { alias: null, asOf: { unit: 'SNAPSHOT', point: { value: 'audit' } } },
    },
  });
});

test('transactions', () => {
  expect(parse('begin', 'BEGIN IMMEDIATE TRANSACTION')).toMatchObject({ mode: 'IMMEDIATE', readOnly: false });
  expect(parse('begin', 'START TRANSACTION READ ONLY')).toMatchObject({ mode: null, readOnly: true });
  expect(parse('rollback', 'ROLLBACK TO s').savepoint).toBe('s');
  expect(parse('rollback', 'ROLLBACK').savepoint).toBeNull();
  expect(parse('release', 'RELEASE savepoint').name).toBe('savepoint');
});

test('EXPLAIN', () => {
  expect(parse('explain', 'EXPLAIN QUERY PLAN SELECT 1')).toMatchObject({ queryPlan: true, analyze: false });
  expect(parse('explain', 'EXPLAIN ANALYZE SELECT 1')).toMatchObject({
    queryPlan: false,
    analyze: true,
    format: 'TEXT',
  });
  expect(parse('explain', 'EXPLAIN (FORMAT JSON) SELECT 1')).toMatchObject({ analyze: false, format: 'JSON' });
});

test('a script is read one statement at a time', () => {
  const sql = 'SELECT 1; SELECT 2; nonsense';
  const first = parseStatementAt(sql, 0)!;
  const second = parseStatementAt(sql, first.next)!;
  expect(sql.slice(second.statement.position, second.statement.end)).toBe('SELECT 2');
  expect(() => parseStatementAt(sql, second.next)).toThrow('near "nonsense"');
  expect(parseStatementAt('SELECT 1;', 9)).toBeNull();
  expect(parseStatements(' ;; -- nothing')).toEqual([]);
});
