import type { Collation } from '../../engine/catalog/definitions.ts';
import type { ColumnType, ValueType } from '../../engine/column/types.ts';
import type { SourceRange, TypeName } from '../ast/node.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { bindCast } from '../expressions/build.ts';
import { STATIC_TYPES, type StaticType } from '../expressions/static-type.ts';
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

/** True for NUMERIC, DECIMAL without digits and names that say nothing: SQLite's NUMERIC affinity. */
export function isNumeric({ kind, declared }: ColumnType): boolean {
  return kind === 'ANY' && declared !== '' && declared.toUpperCase() !== 'ANY';
}

/** Types as most casts write them. */
const { INTEGER, REAL, TEXT, BLOB } = STATIC_TYPES;
const USUAL_TYPES: ReadonlyMap<string, StaticType & ValueType> = new Map(
  Object.entries({ INTEGER, REAL, TEXT, BLOB }) as [string, ValueType][],
);

/** `CAST(operand AS type)`. */
export function bindCastTo(operand: BoundExpression, node: TypeName): BoundExpression {
  const usual = USUAL_TYPES.get(node.declared);
  if (usual !== undefined) return bindCast(operand, usual.kind, usual);
  const column = bindColumnType(node);
  if (isNumeric(column)) return bindCast(operand, 'NUMERIC');
  const { declared: _, ...type } = column;
  return bindCast(operand, type.kind, type);
}
