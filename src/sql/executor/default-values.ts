import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import type { ColumnValue } from '../../engine/column/types.ts';
import { EMPTY_ROW } from '../expressions/batch.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { columnCoercer } from '../expressions/coercion/column.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { isConstant } from '../expressions/inspect.ts';
import type { ExecutionContext } from './execution-context.ts';

type DefaultEvaluator = (context: ExecutionContext) => ColumnValue;

/** The DEFAULTs of a table. One that is constant within a statement is evaluated once for it. */
export class DefaultValues {
  private readonly evaluators: readonly (DefaultEvaluator | null)[];
  private readonly perRow: readonly boolean[];
  private values: (ColumnValue | undefined)[] = [];
  private context!: ExecutionContext;

  constructor(table: TableDefinition, expressions: readonly (BoundExpression | null)[]) {
    this.perRow = expressions.map((expression) => expression !== null && !isConstant(expression));
    this.evaluators = expressions.map((expression, i) => {
      if (expression === null) return null;
      const { type, name } = table.columns[i];
      const coerce = columnCoercer(type, `${table.name}.${name}`, expression.type);
      const evaluate = compileScalar(expression);
      return (context) => coerce(evaluate(EMPTY_ROW, context));
    });
  }

  /** Begins a statement. */
  open(context: ExecutionContext): void {
    this.context = context;
    this.values = [];
  }

  /** True when each row gets a value of its own. */
  isPerRow(column: number): boolean {
    return this.perRow[column];
  }

  value(column: number): ColumnValue {
    const known = this.values[column];
    if (known !== undefined) return known;
    const value = this.evaluators[column]?.(this.context) ?? null;
    if (!this.perRow[column]) this.values[column] = value;
    return value;
  }
}
