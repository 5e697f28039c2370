import type { BoundExpression } from '../expressions/bound-expression.ts';
import { isDeterministic, sameExpression } from '../expressions/inspect.ts';
import { plainJson } from '../expressions/plain-json.ts';
import type { Binder } from './binder.ts';
import type { LogicalPlan, PlanColumn, ProjectedColumn } from './logical-plan.ts';

/** Collects what a projection computes; what is a plain column of the input passes through. */
export class Projection {
  private readonly binder: Binder;
  private readonly columns: { readonly expression: BoundExpression; readonly projected: ProjectedColumn }[] = [];

  constructor(binder: Binder) {
    this.binder = binder;
  }

  add(name: string, expression: BoundExpression): PlanColumn {
    const isRepeatable = isDeterministic(expression);
    const known = this.columns.find(
      (column) => column.expression === expression || (isRepeatable && sameExpression(column.expression, expression)),
    );
    const projected = known?.projected ?? this.binder.projected(name, plainJson(expression));
    if (known === undefined) this.columns.push({ expression, projected });
    const { id, type, collation, affinity } = projected;
    return { id, name, type, collation, affinity };
  }

  over(input: LogicalPlan): LogicalPlan {
    if (this.columns.every(({ projected }) => projected.expression.kind === 'column')) return input;
    const byId = new Map(this.columns.map(({ projected }) => [projected.id, projected]));
    return { kind: 'project', input, columns: [...byId.values()] };
  }
}
