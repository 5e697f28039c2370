import type { BoundExpression } from '../expressions/bound-expression.ts';
import { isDeterministic, sameExpression } from '../expressions/inspect.ts';
import { plainJson } from '../expressions/plain-json.ts';
import type { Binder } from './binder.ts';
import type { LogicalPlan, PlanColumn, ProjectedColumn } from './logical-plan.ts';

interface Computed {
  readonly expression: BoundExpression;
  readonly projected: ProjectedColumn;
}

/** So many are looked through one by one. */
const MANY_COLUMNS = 16;

/** Collects what a projection computes; what is a plain column of the input passes through. */
export class Projection {
  private readonly binder: Binder;
  private readonly columns: Computed[] = [];
  /** Where there are many: those that are columns of the input, by id. */
  private plain: Map<number, Computed> | null = null;

  constructor(binder: Binder) {
    this.binder = binder;
  }

  add(name: string, expression: BoundExpression): PlanColumn {
    const known = this.find(expression);
    const projected = known?.projected ?? this.binder.projected(name, plainJson(expression));
    if (known === undefined) {
      const computed = { expression, projected };
      this.columns.push(computed);
      if (expression.kind === 'column') this.plain?.set(expression.index, computed);
      if (this.columns.length === MANY_COLUMNS) this.plain = plainOnes(this.columns);
    }
    const { id, type, collation, affinity } = projected;
    return { id, name, type, collation, affinity };
  }

  private find(expression: BoundExpression): Computed | undefined {
    if (expression.kind === 'column') return this.findPlain(expression.index);
    if (this.columns.length === 0) return undefined;
    const same = this.columns.find((column) => sameExpression(column.expression, expression));
    if (same === undefined || isDeterministic(expression)) return same;
    return this.columns.find((column) => column.expression === expression);
  }

  private findPlain(id: number): Computed | undefined {
    if (this.plain !== null) return this.plain.get(id);
    for (const column of this.columns) if (isPlain(column, id)) return column;
    return undefined;
  }

  over(input: LogicalPlan): LogicalPlan {
    if (this.columns.every(({ projected }) => projected.expression.kind === 'column')) return input;
    return { kind: 'project', input, columns: this.columns.map(({ projected }) => projected) };
  }
}

function isPlain({ expression }: Computed, id: number): boolean {
  return expression.kind === 'column' && expression.index === id;
}

function plainOnes(columns: readonly Computed[]): Map<number, Computed> {
  const plain = new Map<number, Computed>();
  for (const column of columns) if (column.expression.kind === 'column') plain.set(column.expression.index, column);
  return plain;
}
