import { ORDINALITY } from '../binder/logical-plan.ts';
import { type Batch, EMPTY_ROW } from '../expressions/batch.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import type { FunctionRow } from '../functions/tables/definition.ts';
import type { TableFunctionPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { LazyBatch } from './gather.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import { vectorOfValues } from './value-vector.ts';

/** The rows of a table function, pulled from it a batch at a time: what nobody asks for is never made. */
export class TableFunction implements Operator {
  private readonly plan: TableFunctionPlan;
  private readonly arguments: readonly ScalarEvaluator[];
  private readonly memory: OperatorMemory;
  private context!: ExecutionContext;
  private rows: Iterator<FunctionRow> | null = null;
  private yielded = 0;

  constructor(plan: TableFunctionPlan) {
    this.plan = plan;
    this.memory = new OperatorMemory(plan.definition.name);
    this.arguments = plan.arguments.map(compileScalar);
  }

  open(context: ExecutionContext): void {
    const { definition, arguments: args } = this.plan;
    const values = this.arguments.map((evaluate) => evaluate(EMPTY_ROW, context));
    // Nobody reads the rest of the run before.
    this.rows?.return?.();
    this.context = context;
    this.memory.open(context);
    this.rows = definition.open(
      values,
      args.map(({ type }) => type),
      context,
      this.memory.adding(),
    );
    this.yielded = 0;
  }

  next(): Batch | null {
    const rows: FunctionRow[] = [];
    while (this.rows !== null && rows.length < this.context.batchRows) {
      const next = this.rows.next();
      if (next.done === true) {
        this.rows = null;
        this.memory.release();
      } else rows.push(next.value);
    }
    if (rows.length === 0) return null;
    const before = this.yielded;
    this.yielded += rows.length;
    const { columns } = this.plan;
    const kinds = inputKinds(this.plan);
    return new LazyBatch(rows.length, (i) => {
      const { number } = columns[i];
      const values = rows.map((row, k) => (number === ORDINALITY ? BigInt(before + k + 1) : row.column(number)));
      return vectorOfValues(values, kinds[i]);
    });
  }
}
