import type { SqlValue } from '../../../engine/column/types.ts';
import { STATIC_TYPES, type StaticType } from '../../expressions/static-type.ts';
import { encodeArray } from '../../expressions/values/array.ts';
import { textOf } from '../../expressions/values/text.ts';
import type { TableFunctionDefinition } from '../tables/definition.ts';
import { compile, groupsOf, partsOf } from './functions.ts';
import { allMatches, type Regexp } from './regexp.ts';

/** A function of a text, a pattern and flags with one column; NULL in any of them gives no rows. */
function regexpTable(
  name: string,
  type: StaticType,
  allowsGlobal: boolean,
  rows: (regexp: Regexp, subject: string) => SqlValue[],
): TableFunctionDefinition {
  return {
    name,
    minArguments: 2,
    maxArguments: 3,
    columns: () => [{ name, type }],
    open: (args) => {
      if (args.includes(null)) return [][Symbol.iterator]();
      const [value, pattern, flags] = args as readonly Exclude<SqlValue, null>[];
      // All at once: while rows are pulled, others may use the same pattern.
      const values = rows(compile(name, pattern, flags, allowsGlobal), textOf(value));
      return values.map((each) => ({ column: () => each }))[Symbol.iterator]();
    },
  };
}

/** The groups of the first match, or with the flag g of all. */
function matchRows(regexp: Regexp, subject: string): SqlValue[] {
  const rows: SqlValue[] = [];
  for (const match of allMatches(regexp, subject, 0)) {
    rows.push(encodeArray(groupsOf(subject, match)));
    if (!regexp.flags.global) break;
  }
  return rows;
}

export const REGEXP_TABLES: readonly TableFunctionDefinition[] = [
  regexpTable('regexp_matches', { kind: 'ARRAY', element: { kind: 'TEXT' } }, true, matchRows),
  regexpTable('regexp_split_to_table', STATIC_TYPES.TEXT, false, partsOf),
];
