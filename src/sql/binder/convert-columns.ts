import { asOneOf } from '../expressions/build.ts';
import { isDecimal, needsItsType, type StaticType, sameType } from '../expressions/static-type.ts';
import { type Binder, readColumn } from './binder.ts';
import type { ProjectedColumn, Query } from './logical-plan.ts';

/** The query with its columns as values of the types: those alone that need their type to be understood are cast. */
export function convertedColumns(query: Query, types: readonly StaticType[], binder: Binder): Query {
  const isConverted = (from: StaticType, to: StaticType): boolean =>
    from.kind !== 'NULL' && !sameType(from, to) && (needsItsType(from) || needsItsType(to) || isDecimal(to));
  if (!query.columns.some((column, i) => isConverted(column.type, types[i]))) return query;
  const columns = query.columns.map((column, i): ProjectedColumn => {
    const value = readColumn(column);
    if (!isConverted(column.type, types[i])) return { ...column, expression: value };
    const expression = asOneOf(value, types[i]);
    return { ...binder.column(column.name, expression.type, column.collation), expression };
  });
  return { plan: { kind: 'project', input: query.plan, columns }, columns };
}
