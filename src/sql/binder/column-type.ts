import { HeliosError } from '../../base/errors.ts';
import type { ColumnType, TypeKind } from '../../engine/column/types.ts';

/** The dialect's type names, folded. A length or precision in parentheses is kept in `declared` and not enforced. */
const KIND_BY_NAME: ReadonlyMap<string, TypeKind> = new Map(
  Object.entries({
    INTEGER:
      'int integer bigint short long smallint tinyint mediumint int2 int4 int8 serial bigserial smallserial|unsigned big int',
    REAL: 'real double float float4 float8|double precision',
    TEXT: 'text varchar char character clob string bpchar nchar nvarchar|character varying|native character|varying character',
    BLOB: 'blob bytea|binary large object',
    BOOLEAN: 'boolean bool',
    TIMESTAMP: 'timestamp datetime timestamptz|timestamp without time zone|timestamp with time zone',
    DATE: 'date',
    ANY: 'any numeric',
  } satisfies Record<TypeKind, string>).flatMap(([kind, names]) => {
    const [words, ...phrases] = names.split('|');
    return [...words.split(' '), ...phrases].map((name) => [name, kind as TypeKind] as const);
  }),
);

/** Types of the dialect that are not built. */
const NOT_BUILT = new Set(['decimal', 'dec', 'json', 'jsonb', 'uuid', 'vector', 'time', 'interval']);

/**
 * The column type for a declared type name. `declared` is the text as written (`VARCHAR(20)`), `name` its words without
 * the parenthesised part. Names outside of the dialect get SQLite's affinity by substring, and fail when that is NUMERIC.
 */
export function columnTypeOf(
  declared: string,
  name: string,
  hasArguments: boolean,
  isArray: boolean,
  position: number,
): ColumnType {
  const folded = name.trim().toLowerCase().replace(/\s+/g, ' ');
  if (folded === '') return { kind: 'ANY', declared: '' };
  if (isArray || NOT_BUILT.has(folded) || (folded === 'numeric' && hasArguments)) {
    throw new HeliosError('NOT_SUPPORTED', `type ${declared} is not supported`, { position });
  }
  const kind = KIND_BY_NAME.get(folded) ?? kindBySubstring(folded);
  if (kind === null) {
    throw new HeliosError('NOT_SUPPORTED', `unknown type ${declared}`, {
      position,
      hint: 'Use INTEGER, REAL, TEXT, BLOB, BOOLEAN, TIMESTAMP, DATE or ANY.',
    });
  }
  return { kind, declared };
}

/** SQLite's affinity rules (datatype3.html, section 3.1), without the last one. */
function kindBySubstring(folded: string): TypeKind | null {
  if (folded.includes('int')) return 'INTEGER';
  if (folded.includes('char') || folded.includes('clob') || folded.includes('text')) return 'TEXT';
  if (folded.includes('blob')) return 'BLOB';
  if (folded.includes('real') || folded.includes('floa') || folded.includes('doub')) return 'REAL';
  return null;
}
