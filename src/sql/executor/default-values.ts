import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import type { ColumnValue } from '../../engine/column/types.ts';
import { tableCoercer } from '../binder/table-coercer.ts';
import { EMPTY_ROW } from '../expressions/batch.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { isConstant } from '../expressions/inspect.ts';
import type { ExecutionContext } from './execution-context.ts';
import { isNowByTheSecond } from './now-by-the-second.ts';

type DefaultEvaluator = (context: ExecutionContext) => ColumnValue;

/** How long a DEFAULT's value may be used again. */
type Lifetime = 'row' | 'statement' | 'second';

const MICROS_PER_SECOND = 1_000_000;

/** The DEFAULTs of a table. One that is constant within a statement is evaluated once for it. */
export class DefaultValues {
  private readonly evaluators: readonly (DefaultEvaluator | null)[];
  private readonly lifetimes: readonly Lifetime[];
  /** The columns that have one. */
  private readonly given: readonly number[];
  private readonly values: (ColumnValue | undefined)[];
  /** None lives for a statement or a row alone. */
  private readonly areBySecond: boolean;
  private second = -1;
  private context!: () => ExecutionContext;

  constructor(table: TableDefinition, expressions: readonly (BoundExpression | null)[]) {
    this.lifetimes = expressions.map(lifetimeOf);
    this.areBySecond = this.lifetimes.every((lifetime) => lifetime === 'second');
    this.given = expressions.flatMap((expression, i) => (expression === null ? [] : [i]));
    this.values = expressions.map((expression) => (expression === null ? null : undefined));
    this.evaluators = expressions.map((expression, i) => {
      if (expression === null) return null;
      const { type, name } = table.columns[i];
      const coerce = tableCoercer(type, `${table.name}.${name}`, expression.type);
      const evaluate = compileScalar(expression);
      return (context) => coerce(evaluate(EMPTY_ROW, context));
    });
  }

  /** Begins a statement, which runs at that instant. The context is made when a default is evaluated. */
  open(nowMicros: number, context: () => ExecutionContext): void {
    this.context = context;
    const second = Math.floor(nowMicros / MICROS_PER_SECOND);
    if (this.areBySecond && second === this.second) return;
    for (let k = 0; k < this.given.length; k++) {
      const column = this.given[k];
      if (this.lifetimes[column] !== 'second' || second !== this.second) this.values[column] = undefined;
    }
    this.second = second;
  }

  /** True when each row gets a value of its own. */
  isPerRow(column: number): boolean {
    return this.lifetimes[column] === 'row';
  }

  value(column: number): ColumnValue {
    const known = this.values[column];
    if (known !== undefined) return known;
    const value = this.evaluators[column]?.(this.context()) ?? null;
    if (this.lifetimes[column] !== 'row') this.values[column] = value;
    return value;
  }
}

function lifetimeOf(expression: BoundExpression | null): Lifetime {
  if (expression === null) return 'second';
  if (!isConstant(expression)) return 'row';
  return isNowByTheSecond(expression) ? 'second' : 'statement';
}
