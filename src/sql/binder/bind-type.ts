import type { Collation } from '../../engine/catalog/definitions.ts';
import type { ColumnType } from '../../engine/column/types.ts';
import type { SourceRange, TypeName } from '../ast/node.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { bindCast } from '../expressions/build.ts';
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
  return columnTypeOf(type);
}

const NUMERIC_NAMES = new Set(['NUMERIC', 'DECIMAL', 'DEC', 'NUMBER']);

/** True for NUMERIC and DECIMAL without digits: SQLite's NUMERIC affinity. */
export function isNumericName(name: string): boolean {
  return NUMERIC_NAMES.has(name.toUpperCase());
}

/** `CAST(operand AS type)`. */
export function bindCastTo(operand: BoundExpression, node: TypeName): BoundExpression {
  if (isNumericName(node.declared)) return bindCast(operand, 'NUMERIC');
  const { declared: _, ...type } = bindColumnType(node);
  return bindCast(operand, type.kind, type);
}
