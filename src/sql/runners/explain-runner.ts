import type { SqlValue } from '../../engine/column/types.ts';
import type { CompiledStatement } from '../compile.ts';
import { Cursor, ReadySource, type ResultBatch, type RowSource } from '../cursor.ts';
import { vectorOfValues } from '../executor/value-vector.ts';
import { describeChange, watchChange } from '../explain/describe-change.ts';
import { describeDirect } from '../explain/describe-direct.ts';
import { PlanCounters } from '../explain/plan-counters.ts';
import { describePlan, type PlanDescription } from '../explain/plan-description.ts';
import { renderJson, renderQueryPlan, renderText } from '../explain/render.ts';
import { EXPLAIN_COLUMNS, type ExplainFormat } from '../explain-columns.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import type { Arguments } from '../parameters.ts';
import type { OperatorCounters } from '../planner/physical-plan.ts';
import type { ChangePlan } from '../planner/plan-statement.ts';
import { DIRECT } from '../runner-parts.ts';
import type { Session } from '../session.ts';
import { ChangeRunner } from './change-runner.ts';
import { QueryRunner } from './query-runner.ts';

type CompiledExplain = Extract<CompiledStatement, { readonly kind: 'explain' }>;

/** EXPLAIN shows the plan; EXPLAIN ANALYZE runs the statement, changes and all, and shows what was counted as well. */
export function explain({ statement, analyze, format }: CompiledExplain, session: Session, given: Arguments): Cursor {
  const cursor = (source: RowSource): Cursor => new Cursor(EXPLAIN_COLUMNS[format], source);
  if (!analyze) return cursor(new ReadySource(resultOf(describe(statement), format)));
  const now = (): number => session.engine.clock.monotonicMillis();
  const counters = new PlanCounters(now);
  if (statement.kind === 'query') {
    const { plan } = statement.query;
    const query = { ...statement.query, plan: counters.watch(plan) };
    const rows = new QueryRunner(query, session, counters).open(given);
    return cursor(new AnalyzedQuery(rows, () => resultOf(describePlan(plan, counters), format)));
  }
  const startMs = now();
  if (statement.kind === 'direct') {
    const { direct } = statement;
    const rows = new CountedRows(new (DIRECT.get().DirectRunner)(direct, session).open(given));
    const counted = (): OperatorCounters => countersOf(rows.count, now() - startMs);
    return cursor(new AnalyzedQuery(rows, () => resultOf(describeDirect(direct.query, counted()), format)));
  }
  const { change } = statement as { readonly change: ChangePlan };
  const runner = new ChangeRunner(watchChange(change, counters), session, counters);
  const { changes, lastInsertRowid, returned } = runner.run(given);
  returned?.close();
  const total = countersOf(changes, now() - startMs);
  const source = new ReadySource(resultOf(describeChange(change, counters, total), format));
  return new Cursor(EXPLAIN_COLUMNS[format], source, changes, lastInsertRowid);
}

function describe(statement: CompiledStatement): PlanDescription {
  if (statement.kind === 'query') return describePlan(statement.query.plan, null);
  if (statement.kind === 'direct') return describeDirect(statement.direct.query, null);
  if (statement.kind === 'change') return describeChange(statement.change, null, null);
  const title = statement.kind.toUpperCase().replaceAll('-', ' ');
  return { title, details: [], counters: null, inputs: [] };
}

function countersOf(rows: number, timeMs: number): OperatorCounters {
  return { rows, opens: 1, timeMs, spilledBytes: 0, reads: null };
}

/** Counts the rows of a source. */
class CountedRows implements RowSource {
  count = 0;
  private readonly rows: RowSource;

  constructor(rows: RowSource) {
    this.rows = rows;
  }

  next(): ResultBatch | null {
    const batch = this.rows.next();
    this.count += batch?.count ?? 0;
    return batch;
  }

  close(): void {
    this.rows.close();
  }
}

/** Reads a query to its end a batch at a time, so that it can be stopped, and yields what was counted. */
class AnalyzedQuery implements RowSource {
  private readonly rows: RowSource;
  private readonly result: () => ResultBatch;
  private isDone = false;

  constructor(rows: RowSource, result: () => ResultBatch) {
    this.rows = rows;
    this.result = result;
  }

  next(): ResultBatch | null {
    if (this.isDone) return null;
    if (this.rows.next() !== null) return { vectors: [], selection: null, count: 0 };
    this.isDone = true;
    return this.result();
  }

  close(): void {
    this.rows.close();
  }
}

function resultOf(plan: PlanDescription, format: ExplainFormat): ResultBatch {
  const rows = rowsOf(plan, format);
  const vectors = EXPLAIN_COLUMNS[format].map(({ type }, i) =>
    vectorOfValues(
      rows.map((row) => row[i]),
      physicalKindOf(type),
    ),
  );
  return { vectors, selection: null, count: rows.length };
}

function rowsOf(plan: PlanDescription, format: ExplainFormat): readonly (readonly SqlValue[])[] {
  switch (format) {
    case 'TEXT':
      return renderText(plan).map((line) => [line]);
    case 'JSON':
      return [[renderJson(plan)]];
    case 'QUERY PLAN':
      return renderQueryPlan(plan);
  }
}
