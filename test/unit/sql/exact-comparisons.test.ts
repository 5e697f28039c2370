import { expect, test } from 'vitest';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { memorySession, query } from '../../support/sql-session.ts';

const SEED = Number(process.env.FUZZ_SEED ?? 11);

const OPERATORS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** Element by element, a shorter array before a longer one. */
function arrayOrder(a: readonly number[], b: readonly number[]): number {
  const different = a.findIndex((element, i) => element !== b[i]);
  return different >= 0 && different < b.length ? a[different] - b[different] : a.length - b.length;
}

test(`DECIMALs and arrays compare as integers say, with an index and without (FUZZ_SEED=${SEED})`, () => {
  const random = new SeededRandom(SEED);
  const below = (n: number) => random.u32() % n;
  const array = () => Array.from({ length: below(3) }, () => below(25) - 12);
  const session = memorySession();
  session.executeScript(`CREATE TABLE t (d DECIMAL(8,2), w DECIMAL(25,3), a INTEGER[]);
    CREATE INDEX by_d ON t (d); CREATE INDEX by_w ON t (w DESC); CREATE INDEX by_a ON t (a)`);
  const rows = Array.from({ length: 300 }, () => ({
    hundredths: below(4000) - 2000,
    thousandths: below(4000) - 2000,
    a: array(),
  }));
  for (const { hundredths, thousandths, a } of rows) {
    query(session, 'INSERT INTO t VALUES (?1, ?2, ?3)', [hundredths / 100, thousandths / 1000, a] as never);
  }
  for (let round = 0; round < 150; round++) {
    const operator = Object.keys(OPERATORS)[below(6)];
    const holds = OPERATORS[operator];
    const thousandths = below(40_000) - 20_000;
    const number = thousandths / 1000;
    const forms = [`${number}`, `'${number}'`, '?1', `${number}::DECIMAL(20,3)`, `(${number} + 0.0)`];
    const form = forms[below(forms.length)];
    const elements = array();
    const count = (condition: string, params: unknown[] = form === '?1' ? [number] : []) =>
      query(session, `SELECT count(*) FROM t WHERE ${condition}`, params as never)[0][0];
    const expected = {
      d: rows.filter((row) => holds(row.hundredths * 10 - thousandths)).length,
      w: rows.filter((row) => holds(row.thousandths - thousandths)).length,
      a: rows.filter((row) => holds(arrayOrder(row.a, elements))).length,
    };
    for (const side of ['d', '+d'])
      expect([side, operator, form, count(`${side} ${operator} ${form}`)]).toEqual([side, operator, form, expected.d]);
    for (const side of ['w', '+w'])
      expect([side, operator, form, count(`${side} ${operator} ${form}`)]).toEqual([side, operator, form, expected.w]);
    expect([operator, elements, count(`a ${operator} ?1`, [elements])]).toEqual([operator, elements, expected.a]);
  }
});
