import { describe, expect, test } from 'vitest';
import type { PhysicalKind, SqlValue } from '../../../src/engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../src/engine/column/vector.ts';
import { type Batch, BatchRow, VectorBatch } from '../../../src/sql/expressions/batch.ts';
import { compileFilter } from '../../../src/sql/expressions/evaluate/filter.ts';
import { compileScalar } from '../../../src/sql/expressions/evaluate/scalar.ts';
import { compileVector } from '../../../src/sql/expressions/evaluate/vector.ts';
import { physicalKindOf, STATIC_TYPES } from '../../../src/sql/expressions/static-type.ts';
import { truth } from '../../../src/sql/expressions/values/numeric.ts';
import { bound, type TestColumn, testContext } from './bind.ts';

const COLUMNS: readonly TestColumn[] = [
  { name: 'i', type: STATIC_TYPES.INTEGER },
  { name: 'j', type: STATIC_TYPES.INTEGER },
  { name: 'r', type: STATIC_TYPES.REAL },
  { name: 's', type: STATIC_TYPES.REAL },
  { name: 't', type: STATIC_TYPES.TEXT },
  { name: 'u', type: STATIC_TYPES.TEXT, collation: 'NOCASE' },
  { name: 'a', type: STATIC_TYPES.ANY },
  { name: 'b', type: STATIC_TYPES.BOOLEAN },
  { name: 'ts', type: STATIC_TYPES.TIMESTAMP },
];
const PHYSICAL: readonly PhysicalKind[] = COLUMNS.map(({ type }) => physicalKindOf(type));

const EXPRESSIONS = `
i + j; i - j; i * j; i / j; i % j; -i; ~i; i + 1; 2 * i; i / 2; i % 3; i / 0; i + r; r * 2; r / s; r - s; r % 2; -r; +r
i + t; t + 1; a + 1; i & 7; i << 2; t || u; i || r; t || NULL; i + NULL; (i + j) * (i - j); i * 1.5 + r / 2
i < j; i <= j; i = j; i <> j; i > j; i >= j; i < 3; i = 5; 5 < i; i >= 2.5; i > 9007199254740992; r < s; r > 0.5; r = i
r <= 9007199254740993; i = '5'; i = 'x'; i < t; r = t; a = 1; a < 'b'; a = t; t = 'red'; t <> 'red'; t < 'green'; t = u; u = 'RED'
t >= u; t = NULL; i < NULL; i IS NULL; r IS NOT NULL; t IS NULL; a IS NULL; i IS j; i IS NOT j; t IS 'red'; t IS NOT u; i IS NULL AND r IS NULL
i IN (1, 2, 3); i IN (1, NULL); i NOT IN (1, 2); i NOT IN (1, NULL); r IN (0.5, 1, 2); t IN ('red', 'blue'); u IN ('RED'); a IN (1, 'red')
i IN (j, 3); t NOT IN ('red', NULL); i IN (9007199254740993, 2); i BETWEEN 1 AND 5; r NOT BETWEEN 0 AND 1; t BETWEEN 'b' AND 'h'; i BETWEEN j AND 7
t LIKE 'r%'; t LIKE '%e%'; t NOT LIKE '_ed'; u LIKE t; t GLOB 'r*'; i LIKE '1%'; t LIKE NULL; a LIKE 're%'
i > 2 AND r < 1; i > 2 OR r < 1; NOT (i > 2); NOT (i > 2 AND t = 'red'); i > 2 AND t = 'red' AND r > 0; i > 2 OR t = 'red' OR r IS NULL
t < u; t <= u; t > u COLLATE BINARY; t <> u; t IS u; t >= 'b' AND t < 's'; i > 1 AND t >= 'b' AND t < 's' AND u <> 'red' AND t LIKE '%e%'
t <> 'red' AND t AND t NOT IN ('blue', NULL); t < u AND u < t; t > '' AND abs(t) < 9; NOT (t < u); CASE WHEN t < u THEN t ELSE u END
(i > 2 OR t LIKE 'r%') AND (r < 1 OR j = 3); i AND j; i OR r; t AND 1; b; NOT b; b = 1; i > 2 AND NULL; i > 2 OR NULL; a OR i
i IS TRUE; (i > 2) IS NOT TRUE; t IS FALSE; (i > j) IS FALSE; b IS NOT FALSE
CASE WHEN i > 2 THEN i WHEN r > 0 THEN j ELSE 0 END; CASE WHEN t = 'red' THEN 1 WHEN t = 'blue' THEN 2 END; CASE i WHEN 1 THEN 'one' WHEN 2 THEN t ELSE u END
CASE WHEN i > 2 THEN r ELSE s END; CASE WHEN i > 2 THEN r ELSE i END; CASE WHEN j <> 0 THEN i * 1000000007 ELSE 0 END; CASE WHEN i IS NULL THEN 1 / 0 ELSE i END
CASE WHEN t <> 'red' THEN 1 ELSE 0 END; CASE WHEN 0 THEN i * i * i * i * i ELSE 3 END; CASE WHEN i > 100 THEN i * 9223372036854775807 ELSE i END
coalesce(i, j, 0); coalesce(t, u); coalesce(r, 1.5); coalesce(i, r, t); ifnull(i, 9007199254740993); coalesce(NULL, i); iif(i > j, i, j)
CAST(i AS REAL); CAST(r AS INTEGER); CAST(i AS TEXT); CAST(t AS INTEGER); CAST(b AS INTEGER); CAST(r AS TEXT); CAST(i AS INTEGER); CAST(a AS NUMERIC); CAST(r * 1e17 AS INTEGER)
abs(r); abs(i); length(t); upper(t) = 'RED'; length(t) > 3; round(r, 1); floor(r); floor(i); sqrt(r); sqrt(i); max(i, j); min(t, u); nullif(i, j); nullif(t, 'red')
substr(t, 2); substr(t, 2, 1) || u; nullif(upper(t), 'RED'); coalesce(nullif(t, 'red'), u); typeof(t); length(t) * 2; typeof(a); i + length(t); lower(u) IN ('red', 'green'); instr(t, 'e') > 0; t = ?1; r > ?2; i IN (?3, 4); t LIKE ?1 || '%'; 1; NULL; 'x'; ?2 + 1; 1 = 1; NULL AND 1
ts > '2024-01-01'; ts = ts; ts < 1700000000; date(ts); ts IS NULL; CAST(ts AS INTEGER); ts || ''; CAST(ts AS TEXT); strftime('%Y', ts) = '2024'
`
  .split(/[;\n]/)
  .map((text) => text.trim())
  .filter((text) => text !== '');

/** A small generator of our own (mulberry32), so that a seed says it all. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Random = (below: number) => number;

const TEXTS = ['red', 'green', 'blue', 'RED', '', '12', '5', '5.0', 'r%', 'äö', '😀', '｡', 'greens'];
/** A second dictionary, with texts that the first has and others. */
const OTHER_TEXTS = ['\uffff', 'Red', ...TEXTS.slice(2), 'zz'].reverse();

function integerVector(random: Random, count: number, nulls: Uint8Array | null, small: boolean): ColumnVector {
  if (!small) {
    const wide = [0n, 1n, 2n, 5n, -3n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 62n), 2n ** 63n - 1n, -(2n ** 63n)];
    return { kind: 'bigint', values: BigInt64Array.from({ length: count }, () => wide[random(wide.length)]), nulls };
  }
  const large = random(3) === 0;
  const make = () => (large && random(4) === 0 ? 9007199254740991 - random(3) : random(12) - 4);
  return { kind: 'number', values: Float64Array.from({ length: count }, make), nulls };
}

function randomVector(random: Random, column: TestColumn, count: number): ColumnVector {
  const nulls = random(3) === 0 ? null : Uint8Array.from({ length: count }, () => (random(4) === 0 ? 1 : 0));
  switch (column.type.kind) {
    case 'INTEGER':
      return integerVector(random, count, nulls, random(3) > 0);
    case 'BOOLEAN':
      return { kind: 'number', values: Float64Array.from({ length: count }, () => random(2)), nulls };
    case 'TIMESTAMP':
      return {
        kind: 'number',
        values: Float64Array.from({ length: count }, () => random(2e9) * 1_000_000 + 123_456),
        nulls,
      };
    case 'REAL':
      return { kind: 'number', values: Float64Array.from({ length: count }, () => (random(9) - 3) / 2), nulls };
    case 'TEXT':
      if (random(2) === 0) return { kind: 'value', values: someValues(random, count, TEXTS) };
      return dictionaryVector(random, column.collation === 'NOCASE' ? OTHER_TEXTS : TEXTS, count, nulls);
    default:
      return {
        kind: 'value',
        values: someValues(random, count, [1n, 2n, 1.5, 'red', '1', 2n ** 60n, Uint8Array.of(1)]),
      };
  }
}

function dictionaryVector(
  random: Random,
  dictionary: readonly string[],
  count: number,
  nulls: Uint8Array | null,
): ColumnVector {
  const codes = Uint32Array.from({ length: count }, () => random(dictionary.length));
  return { kind: 'dictionary', codes, dictionary, nulls };
}

function someValues(random: Random, count: number, from: readonly SqlValue[]): SqlValue[] {
  return Array.from({ length: count }, () => (random(4) === 0 ? null : from[random(from.length)]));
}

function randomBatch(random: Random): Batch {
  const count = 1 + random(60);
  const vectors = COLUMNS.map((column) => randomVector(random, column, count));
  if (random(3) === 0) return new VectorBatch(vectors, count);
  const rows = Uint32Array.from({ length: count }, (_, row) => row).filter(() => random(3) > 0);
  // Whatever lies behind the selected rows must not matter.
  const padded = new Uint32Array(rows.length + 3).fill(0xffff_ffff);
  padded.set(rows);
  return new VectorBatch(vectors, count, padded, rows.length);
}

function selectedRows(batch: Batch): number[] {
  return Array.from({ length: batch.selectedCount }, (_, i) => (batch.selection === null ? i : batch.selection[i]));
}

type Outcome<Value> = { readonly values: Value } | { readonly code: unknown };

function outcome<Value>(compute: () => Value): Outcome<Value> {
  try {
    return { values: compute() };
  } catch (error) {
    return { code: (error as { code: unknown }).code };
  }
}

const seed = 20241231;

describe(`vector and scalar evaluation agree (seed ${seed})`, () => {
  const parameters: readonly SqlValue[] = ['red', 0.5, 2n];
  for (const [index, text] of EXPRESSIONS.entries()) {
    test(text, () => {
      const random = randomOf(seed + index);
      const expression = bound(text, COLUMNS);
      const scalar = compileScalar(expression);
      const vector = compileVector(expression, PHYSICAL);
      const filter = compileFilter(expression, PHYSICAL);
      const physical = physicalKindOf(expression.type);
      for (let round = 0; round < 40; round++) {
        const batch = randomBatch(random);
        const context = testContext(parameters);
        const row = new BatchRow(batch, PHYSICAL);
        const rows = selectedRows(batch);
        const expected = outcome(() =>
          rows.map((i) => {
            row.row = i;
            return scalar(row, context);
          }),
        );
        const actual = outcome(() => {
          const result = vector(batch, context);
          return rows.map((i) => valueAt(result, physical, i));
        });
        expect(actual).toEqual(expected);
        const kept = outcome(() => {
          const { selection, count } = filter(batch, context);
          return Array.from({ length: count }, (_, i) => (selection === null ? i : selection[i]));
        });
        if ('values' in expected) {
          expect(kept).toEqual({ values: rows.filter((_, i) => truth(expected.values[i]) === true) });
        } else expect(kept).toEqual(expected);
      }
    });
  }
});
