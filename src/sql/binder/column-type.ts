import { HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type { ColumnType, TypeKind, ValueType } from '../../engine/column/types.ts';
import type { TypeName } from '../ast/node.ts';
import { decimalType } from '../expressions/static-type.ts';
import { didYouMean } from './near-miss.ts';

/** The dialect's type names, folded. */
const KIND_BY_NAME: ReadonlyMap<string, TypeKind> = new Map(
  Object.entries({
    INTEGER:
      'int integer bigint short long smallint tinyint mediumint int2 int4 int8 serial bigserial smallserial serial2 serial4 serial8|unsigned big int',
    REAL: 'real double float float4 float8|double precision',
    TEXT: 'text varchar char character clob string bpchar nchar nvarchar|character varying|native character|varying character',
    BLOB: 'blob bytea|binary large object',
    BOOLEAN: 'boolean bool',
    TIMESTAMP: 'timestamp datetime timestamptz|timestamp without time zone|timestamp with time zone',
    DATE: 'date',
    DECIMAL: 'decimal numeric dec number',
    JSON: 'json jsonb',
    UUID: 'uuid',
    ANY: 'any',
  } satisfies Partial<Record<TypeKind, string>>).flatMap(([kind, names]) => {
    const [words, ...phrases] = names.split('|');
    return [...words.split(' '), ...phrases].map((name) => [name, kind as TypeKind] as const);
  }),
);

const INTERVAL_HINT =
  "An INTERVAL moves a time, as in now() - INTERVAL '1 day'. The difference of two times is seconds.";

/** Types of the dialect that are not built. */
const NOT_BUILT = new Set(['vector', 'time', 'interval']);

/**
 * The column type for a declared type name. A length in parentheses is kept in `declared` and not enforced; the digits
 * of DECIMAL are. Names outside of the dialect get SQLite's affinity by substring, and are NUMERIC where that finds nothing,
 * unless they look like a slip of the pen.
 */
export function columnTypeOf(node: TypeName): ColumnType {
  const { declared, position } = node;
  const folded = node.name.trim().toLowerCase().replace(/\s+/g, ' ');
  if (folded === '') return { kind: 'ANY', declared: '' };
  if (node.arrayDimensions > 1 || NOT_BUILT.has(folded)) {
    const hint = folded === 'interval' ? { hint: INTERVAL_HINT } : {};
    throw new HeliosError('NOT_SUPPORTED', `type ${declared} is not supported`, { position, ...hint });
  }
  const kind = KIND_BY_NAME.get(folded) ?? kindBySubstring(folded);
  if (kind === null) {
    const near = didYouMean(folded, KIND_BY_NAME.keys());
    if (near === '' && node.arrayDimensions === 0) return { kind: 'ANY', declared };
    throw new HeliosError('NOT_SUPPORTED', `unknown type ${declared}${near}`, {
      position,
      hint: 'Use INTEGER, REAL, DECIMAL(p,s), TEXT, BLOB, BOOLEAN, TIMESTAMP, DATE, JSON, UUID or ANY.',
    });
  }
  const type: ValueType =
    kind === 'DECIMAL' ? decimalOfDigits(node) : { kind, ...(folded === 'jsonb' ? { binary: true } : {}) };
  if (node.arrayDimensions === 0) return { ...type, declared };
  const element: ValueType = kind === 'DECIMAL' && type.kind === 'ANY' ? { kind: 'BIGDECIMAL' } : type;
  return { ...arrayType(element, node), declared };
}

/** DECIMAL(p) and DECIMAL(p, s); without digits it is a NUMERIC, which holds each value as it came. */
function decimalOfDigits({ arguments: digits, declared, position }: TypeName): ValueType {
  if (digits.length === 0) return { kind: 'ANY' };
  const [precision, scale = 0] = digits;
  const { decimalPrecision: most } = LIMITS;
  const isValid = Number.isInteger(precision) && Number.isInteger(scale) && digits.length <= 2;
  if (!isValid || precision < 1 || precision > most || scale < 0 || scale > precision) {
    throw new HeliosError('INVALID_DEFINITION', `type ${declared} is not possible`, {
      position,
      hint: `DECIMAL(p, s) has p digits, 1 to ${most}, s of them behind the point, 0 to p.`,
    });
  }
  return decimalType(precision, scale) as ValueType;
}

/** Elements are stored by their class alone, so they need a type of their own. */
function arrayType(element: ValueType, { declared, position }: TypeName): ValueType {
  if (element.kind === 'BLOB' || element.kind === 'ANY') {
    throw new HeliosError('NOT_SUPPORTED', `type ${declared} is not supported`, {
      position,
      hint: 'An array is one of INTEGER, REAL, DECIMAL(p,s), TEXT, BOOLEAN, TIMESTAMP, DATE, JSON or UUID.',
    });
  }
  return { kind: 'ARRAY', element };
}

/** SQLite's affinity rules (datatype3.html, section 3.1), without the last one. */
function kindBySubstring(folded: string): TypeKind | null {
  if (folded.includes('int')) return 'INTEGER';
  if (folded.includes('char') || folded.includes('clob') || folded.includes('text')) return 'TEXT';
  if (folded.includes('blob')) return 'BLOB';
  if (folded.includes('real') || folded.includes('floa') || folded.includes('doub')) return 'REAL';
  return null;
}
