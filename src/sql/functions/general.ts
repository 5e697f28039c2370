import { VERSION } from '../../base/version.ts';
import type { Collation, SqlValue } from '../../engine/column/types.ts';
import { commonType } from '../expressions/static-type.ts';
import { compareValues } from '../expressions/values/compare.ts';
import { define } from './define.ts';
import type { ScalarFunctionDefinition } from './definition.ts';

function typeOf([value]: readonly SqlValue[]): SqlValue {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'bigint':
      return 'integer';
    case 'number':
      return 'real';
    case 'string':
      return 'text';
    default:
      return 'blob';
  }
}

/** Of equal values max keeps the first and min the last, as SQLite: they may be an INTEGER and a REAL. */
function extreme(sign: 1 | -1, collation: Collation, args: readonly SqlValue[]): SqlValue {
  let best = args[0];
  for (const arg of args) {
    const order = compareValues(arg, best, collation);
    if (sign === 1 ? order > 0 : order <= 0) best = arg;
  }
  return best;
}

/** PostgreSQL's greatest and least leave NULLs out. */
function extremeOfPresent(sign: 1 | -1, collation: Collation, args: readonly SqlValue[]): SqlValue {
  const values = args.filter((arg) => arg !== null);
  return values.length === 0 ? null : extreme(sign, collation, values);
}

function countOfNulls(args: readonly SqlValue[]): number {
  return args.filter((arg) => arg === null).length;
}

const UNBOUNDED = Number.POSITIVE_INFINITY;

export const GENERAL_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  define('typeof', 1, 'TEXT', typeOf, { nullPropagating: false, decimals: 'REAL' }),
  define(
    'nullif',
    2,
    (types) => types[0],
    ([a, b], _context, collation) => (compareValues(a, b, collation) === 0 ? null : a),
    { nullPropagating: false, temporal: 'united' },
  ),
  define('min', [2, UNBOUNDED], commonType, (args, _context, collation) => extreme(-1, collation, args), {
    temporal: 'united',
  }),
  define('max', [2, UNBOUNDED], commonType, (args, _context, collation) => extreme(1, collation, args), {
    temporal: 'united',
  }),
  define('least', [1, UNBOUNDED], commonType, (args, _context, collation) => extremeOfPresent(-1, collation, args), {
    nullPropagating: false,
    temporal: 'united',
  }),
  define('greatest', [1, UNBOUNDED], commonType, (args, _context, collation) => extremeOfPresent(1, collation, args), {
    nullPropagating: false,
    temporal: 'united',
  }),
  define('num_nulls', [1, UNBOUNDED], 'INTEGER', (args) => BigInt(countOfNulls(args)), { nullPropagating: false }),
  define('num_nonnulls', [1, UNBOUNDED], 'INTEGER', (args) => BigInt(args.length - countOfNulls(args)), {
    nullPropagating: false,
  }),
  // Our own version: what SQLite's number would promise, another file format and library, does not hold here.
  define('sqlite_version', 0, 'TEXT', () => VERSION),
  define('version', 0, 'TEXT', () => `HeliosDB Nano ${VERSION}`),
  define(
    'random',
    0,
    'INTEGER',
    (_args, { random }) => BigInt.asIntN(64, (BigInt(random.u32()) << 32n) | BigInt(random.u32())),
    { deterministic: false },
  ),
  define('last_insert_rowid', 0, 'INTEGER', (_args, { session }) => BigInt(session.lastInsertRowid), {
    deterministic: false,
  }),
  define('changes', 0, 'INTEGER', (_args, { session }) => BigInt(session.changes), { deterministic: false }),
  define('total_changes', 0, 'INTEGER', (_args, { session }) => BigInt(session.totalChanges), {
    deterministic: false,
  }),
];
