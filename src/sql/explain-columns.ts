import type { OutputColumn } from './cursor.ts';
import { STATIC_TYPES } from './expressions/static-type.ts';

export type ExplainFormat = 'TEXT' | 'JSON' | 'QUERY PLAN';

const { INTEGER, TEXT } = STATIC_TYPES;

/** The result columns of EXPLAIN: lines, one JSON text, or SQLite's rows. */
export const EXPLAIN_COLUMNS: { readonly [Format in ExplainFormat]: readonly OutputColumn[] } = {
  TEXT: [{ name: 'plan', type: TEXT }],
  JSON: [{ name: 'plan', type: TEXT }],
  'QUERY PLAN': [
    { name: 'id', type: INTEGER },
    { name: 'parent', type: INTEGER },
    { name: 'notused', type: INTEGER },
    { name: 'detail', type: TEXT },
  ],
};
