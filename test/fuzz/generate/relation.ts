import { condition } from './condition.ts';
import { localColumn } from './expression.ts';
import { makeFrom } from './from.ts';
import type { Maker } from './maker.ts';
import { havingCondition } from './select.ts';

/** Queries that must give the same rows, by whichever side they are asked. */
export interface Relation {
  readonly left: readonly string[];
  readonly right: readonly string[];
}

const KINDS = ['rows', 'distinct', 'aggregate', 'having', 'norec'] as const;
const SEPARATOR = ' § ';

/** A relation as a statement of its own, which a case may hold: `RELATION kind § tables § condition § column`. */
export function makeRelation(maker: Maker): string {
  maker.reset();
  const kind = maker.pick(KINDS);
  const { sql, scope } = makeFrom(maker, null, maker.pick([0, 1, 1, 2]));
  const test =
    kind === 'having' ? havingCondition(maker, scope, 1, []) : condition(maker, scope, maker.pick([1, 2, 2, 3]));
  return `RELATION ${[kind, sql, test, localColumn(maker, scope)].join(SEPARATOR)}`;
}

export function isRelation(statement: string): boolean {
  return statement.startsWith('RELATION ');
}

/**
 * Ternary logic partitioning: a condition is true, false or unknown of each row (Rigger and Su, "Finding bugs in database
 * systems via query partitioning", OOPSLA 2020); and NoREC: a condition keeps as many rows where it may be optimised as
 * where it is only computed (ESEC/FSE 2020). Null when the text is no relation any more.
 */
export function relationOf(statement: string): Relation | null {
  const parts = statement.slice('RELATION '.length).split(SEPARATOR);
  if (parts.length !== 4) return null;
  const [kind, tables, test, column] = parts;
  const cases = [`(${test})`, `NOT (${test})`, `(${test}) IS NULL`];
  const each = (items: string) => cases.map((one) => `SELECT ${items} FROM ${tables} WHERE ${one}`);
  switch (kind) {
    case 'rows':
      return { left: [`SELECT * FROM ${tables}`], right: each('*') };
    case 'distinct':
      return {
        left: [`SELECT DISTINCT ${column} AS x FROM ${tables}`],
        right: [each(`${column} AS x`).join(' UNION ')],
      };
    case 'aggregate': {
      const items = `count(*) AS n, count(${column}) AS m, min(${column} COLLATE BINARY) AS low, max(${column} COLLATE BINARY) AS high`;
      const summed = 'sum(n) AS n, sum(m) AS m, min(low) AS low, max(high) AS high';
      return {
        left: [`SELECT ${items} FROM ${tables}`],
        right: [`SELECT ${summed} FROM (${each(items).join(' UNION ALL ')})`],
      };
    }
    case 'having': {
      const groups = `SELECT ${column} AS x FROM ${tables} GROUP BY ${column}`;
      return { left: [groups], right: cases.map((one) => `${groups} HAVING ${one}`) };
    }
    case 'norec':
      return {
        left: [`SELECT count(*) AS n FROM ${tables} WHERE ${test}`],
        right: [`SELECT coalesce(sum(CASE WHEN ${test} THEN 1 ELSE 0 END), 0) AS n FROM ${tables}`],
      };
    default:
      return null;
  }
}
