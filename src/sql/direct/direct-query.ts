import type { SqlValue } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { Table } from '../../engine/table/table.ts';
import type { PlanColumn, Query } from '../binder/logical-plan.ts';
import { vectorOfValues } from '../executor/value-vector.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import { DirectBuilder } from './build.ts';
import { type DirectArguments, TooMuchWork } from './execution.ts';
import type { RowSink, RowSource } from './flow.ts';
import type { RowCache, TableRows } from './row-cache.ts';
import { type RowCounts, Survey } from './survey.ts';

/** The rows of a result, by columns. */
export interface DirectResult {
  readonly vectors: readonly ColumnVector[];
  readonly selection: null;
  readonly count: number;
}

/** Where the rows come from. */
export interface DirectTables {
  readonly cache: RowCache;
  /** The newest committed transaction. */
  readonly lastTransaction: number;
  readonly table: (id: number) => Table;
}

/** Collects a result. */
class ResultSink implements RowSink {
  columns: SqlValue[][] = [];
  count = 0;
  private readonly ids: readonly number[];
  private readonly values: readonly SqlValue[];

  constructor(columns: readonly PlanColumn[], values: readonly SqlValue[]) {
    this.ids = columns.map(({ id }) => id);
    this.values = values;
  }

  clear(): void {
    this.count = 0;
    this.columns = this.ids.map(() => []);
  }

  take(): boolean {
    const { ids, columns, values } = this;
    for (let i = 0; i < ids.length; i++) columns[i].push(values[ids[i]]);
    this.count++;
    return true;
  }
}

/** A query over few rows, run row by row from its bound plan: no rules, no choice of operators, no batches. */
export class DirectQuery {
  readonly query: Query;
  private readonly survey: Survey;
  /** Evaluations of expressions in a run, about. */
  readonly work: number;
  private program: Program | null = null;

  private constructor(query: Query, survey: Survey) {
    this.query = query;
    this.survey = survey;
    this.work = survey.work;
  }

  /** null: the query has parts that cannot be run so, or looks at too many rows. */
  static of(query: Query, rowsOfTable: RowCounts): DirectQuery | null {
    const survey = new Survey(rowsOfTable);
    return survey.admits(query) ? new DirectQuery(query, survey) : null;
  }

  /** null: by now the tables have too many rows, or the reader looks at the past. */
  run(tables: DirectTables, given: DirectArguments): DirectResult | null {
    const rows = this.rowsOfTables(tables, given);
    if (rows === null) return null;
    // A function of the user's may run the statement again while it is running.
    const program = this.program ?? new Program(this.query, this.survey);
    this.program = null;
    try {
      return program.run(rows, given);
    } catch (error) {
      if (error instanceof TooMuchWork) return null;
      throw error;
    } finally {
      this.program = program;
    }
  }

  private rowsOfTables(
    { cache, table, lastTransaction }: DirectTables,
    { at }: DirectArguments,
  ): readonly TableRows[] | null {
    const { tables, counts } = this.survey;
    const found = new Array<TableRows>(tables.length);
    let hasGrown = false;
    for (let i = 0; i < tables.length; i++) {
      const rows = cache.rows(table(tables[i]), at, lastTransaction);
      if (rows === null) return null;
      found[i] = rows;
      hasGrown ||= rows.rows.length > 2 * counts[i];
    }
    return !hasGrown || this.isStillSmall(found) ? found : null;
  }

  private isStillSmall(found: readonly TableRows[]): boolean {
    const { tables } = this.survey;
    return new Survey((id) => found[tables.indexOf(id)]?.rows.length ?? 0).admits(this.query);
  }
}

/** The operators of a query. */
class Program {
  private readonly builder: DirectBuilder;
  private readonly columns: readonly PlanColumn[];
  private readonly result: ResultSink;
  private readonly source: RowSource;

  constructor({ plan, columns }: Query, survey: Survey) {
    this.builder = new DirectBuilder(survey);
    this.columns = columns;
    this.result = new ResultSink(columns, this.builder.execution.frame.values);
    this.source = this.builder.build(plan, this.result);
  }

  run(rows: readonly TableRows[], given: DirectArguments): DirectResult {
    const { builder, result, columns } = this;
    const { execution, subqueries } = builder;
    execution.begin(rows, given);
    subqueries.forget();
    result.clear();
    this.source.run();
    const { columns: found, count } = result;
    const vectors = columns.map(({ type }, i) => vectorOfValues(found[i], physicalKindOf(type)));
    // What is kept for the next run keeps no rows.
    execution.end();
    subqueries.forget();
    result.clear();
    return { vectors, selection: null, count };
  }
}
