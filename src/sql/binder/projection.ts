import type { BoundExpression } from '../expressions/bound-expression.ts';
import { isDeterministic, sameExpression } from '../expressions/inspect.ts';
import type { Binder } from './binder.ts';
import type { LogicalPlan, PlanColumn, ProjectedColumn } from './logical-plan.ts';

/** Collects what a projection computes; what is a plain column of the input passes through. */
export class Projection {
  private readonly binder: Binder;
  private readonly columns: ProjectedColumn[] = [];

  constructor(binder: Binder) {
    this.binder = binder;
  }

  add(name: string, expression: BoundExpression): PlanColumn {
    const isRepeatable = isDeterministic(expression);
    const known = this.columns.find(
      (column) => column.expression === expression || (isRepeatable && sameExpression(column.expression, expression)),
    );
    const projected = known ?? this.binder.projected(name, expression);
    if (known === undefined) this.columns.push(projected);
    const { id, type, collation, affinity } = projected;
    return { id, name, type, collation, affinity };
  }

  over(input: LogicalPlan): LogicalPlan {
    if (this.columns.every((column) => column.expression.kind === 'column')) return input;
    const byId = new Map(this.columns.map((column) => [column.id, column]));
    return { kind: 'project', input, columns: [...byId.values()] };
  }
}
