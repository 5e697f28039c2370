import { HeliosError } from '../../base/errors.ts';
import type { Collation, SqlValue } from '../../engine/column/types.ts';
import { commonType } from '../expressions/static-type.ts';
import { compareValues } from '../expressions/values/compare.ts';
import { integerOf } from '../expressions/values/numeric.ts';
import { define, present } from './define.ts';
import type { ScalarFunctionDefinition } from './definition.ts';

/** Bytes that one call of zeroblob or randomblob may make. */
const LARGEST_BLOB = 64 * 1024 * 1024;

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

function extreme(sign: 1 | -1, collation: Collation, args: readonly SqlValue[]): SqlValue {
  let best = args[0];
  for (const arg of args) if (compareValues(arg, best, collation) * sign > 0) best = arg;
  return best;
}

/** PostgreSQL's greatest and least leave NULLs out. */
function extremeOfPresent(sign: 1 | -1, collation: Collation, args: readonly SqlValue[]): SqlValue {
  const values = args.filter((arg) => arg !== null);
  return values.length === 0 ? null : extreme(sign, collation, values);
}

function blobSize(value: SqlValue): number {
  const size = Math.max(0, Number(integerOf(present(value))));
  if (size > LARGEST_BLOB) {
    throw new HeliosError('LIMIT_EXCEEDED', `a blob of ${size} bytes is too large: the limit is ${LARGEST_BLOB}`);
  }
  return size;
}

const UNBOUNDED = Number.POSITIVE_INFINITY;

export const GENERAL_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  define('typeof', 1, 'TEXT', typeOf, { nullPropagating: false }),
  define(
    'nullif',
    2,
    (types) => types[0],
    ([a, b], _context, collation) => (compareValues(a, b, collation) === 0 ? null : a),
    { nullPropagating: false, temporal: 'keep' },
  ),
  define('min', [2, UNBOUNDED], commonType, (args, _context, collation) => extreme(-1, collation, args), {
    temporal: 'keep',
  }),
  define('max', [2, UNBOUNDED], commonType, (args, _context, collation) => extreme(1, collation, args), {
    temporal: 'keep',
  }),
  define('least', [1, UNBOUNDED], commonType, (args, _context, collation) => extremeOfPresent(-1, collation, args), {
    nullPropagating: false,
    temporal: 'keep',
  }),
  define('greatest', [1, UNBOUNDED], commonType, (args, _context, collation) => extremeOfPresent(1, collation, args), {
    nullPropagating: false,
    temporal: 'keep',
  }),
  define('zeroblob', 1, 'BLOB', ([size]) => new Uint8Array(blobSize(size))),
  define(
    'randomblob',
    1,
    'BLOB',
    ([size], { random }) => {
      const bytes = new Uint8Array(Math.max(1, blobSize(size)));
      for (let i = 0; i < bytes.length; i++) bytes[i] = random.u32() & 0xff;
      return bytes;
    },
    { deterministic: false },
  ),
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
