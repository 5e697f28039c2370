import { tableCoercer } from '../binder/table-coercer.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import type { TargetPlan } from '../planner/plan-statement.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { TableRow } from './table-row.ts';

/** Computes a row's generated columns from its others. */
export type GeneratedValues = (row: TableRow, context: ExecutionContext) => void;

/** null: the table has no generated column. */
export function compileGenerated({ table, generated }: TargetPlan): GeneratedValues | null {
  if (generated.length === 0) return null;
  const columns = generated.map(({ column, expression }) => ({
    column,
    evaluate: compileScalar(expression),
    coerce: tableCoercer(table.columns[column].type, `${table.name}.${table.columns[column].name}`, expression.type),
  }));
  return (row, context) => {
    context.pureFor = 'a generated column';
    for (const { column, evaluate, coerce } of columns) row.values[column] = coerce(evaluate(row, context));
    context.pureFor = null;
  };
}
