import type { Collation } from '../../engine/catalog/definitions.ts';
import type { ColumnType } from '../../engine/column/types.ts';
import type { SourceRange, TypeName } from '../ast/node.ts';
import type { CastTarget } from '../expressions/bound-expression.ts';
import { bindError } from './binder.ts';
import { columnTypeOf } from './column-type.ts';
import { didYouMean } from './near-miss.ts';

const COLLATIONS: readonly Collation[] = ['BINARY', 'NOCASE', 'RTRIM'];

export function collationNamed(name: string, node: SourceRange): Collation {
  const found = COLLATIONS.find((collation) => collation === name.toUpperCase());
  if (found !== undefined) return found;
  throw bindError('COLLATION_NOT_FOUND', `no such collation "${name}"${didYouMean(name, COLLATIONS)}`, node);
}

/** The type of a column declared so; null: none was written. */
export function bindColumnType(type: TypeName | null): ColumnType {
  if (type === null) return { kind: 'ANY', declared: '' };
  return columnTypeOf(type.declared, type.name, type.arguments.length > 0, type.arrayDimensions > 0, type.position);
}

const NUMERIC_NAMES = new Set(['NUMERIC', 'DECIMAL', 'DEC', 'NUMBER']);

/** What CAST converts to. NUMERIC and DECIMAL without digits are SQLite's NUMERIC affinity. */
export function bindCastTarget(type: TypeName): CastTarget {
  if (NUMERIC_NAMES.has(type.name) && type.arguments.length === 0) return 'NUMERIC';
  return bindColumnType(type).kind;
}
