import { HeliosError } from '../base/errors.ts';
import type { ColumnValue } from '../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../engine/column/vector.ts';
import type { ParsedStatement } from './ast/statements.ts';
import { ChangeRunner } from './change-runner.ts';
import type { CompiledStatement } from './compile.ts';
import { Cursor, type OutputColumn, valuesCursor } from './cursor.ts';
import { runDefinition } from './definition-runner.ts';
import type { ChangeResult } from './executor/change.ts';
import { EXPLAIN_COLUMNS } from './explain-columns.ts';
import { physicalKindOf } from './expressions/static-type.ts';
import { orderParameters, type Params } from './parameters.ts';
import { QueryRunner } from './query-runner.ts';
import { DEFINITION_RUNNERS, EXPLAIN } from './runner-parts.ts';
import type { Session } from './session.ts';

export interface RunResult {
  readonly changes: number;
  /** null: no row was inserted. */
  readonly lastInsertRowid: number | null;
}

/** Who needs the writer's place: 'write' and 'begin' do outside of a transaction; 'savepoint' opens one there. */
export type StatementAccess = 'read' | 'write' | 'begin' | 'begin-read-only' | 'end' | 'savepoint';

/** What runs a statement, for one version of the catalogue. */
type Runner = QueryRunner | ChangeRunner | null;

/** A statement that may run many times. When the catalogue changes it is bound and planned anew. */
export class PreparedStatement {
  readonly sql: string;
  readonly parameterCount: number;
  private readonly session: Session;
  private readonly parsed: ParsedStatement;
  private compiled: CompiledStatement;
  private version: number;
  private runner: Runner;
  private isClosed = false;

  constructor(session: Session, parsed: ParsedStatement, sql: string) {
    this.session = session;
    this.parsed = parsed;
    this.sql = sql;
    this.parameterCount = parsed.parameterCount;
    this.compiled = session.compile(parsed, sql);
    this.version = session.catalog.version;
    this.runner = runnerOf(this.compiled, session);
  }

  get columns(): readonly OutputColumn[] {
    // What yields no rows may have run already, and could not be bound again.
    if (this.runner === null && this.compiled.kind !== 'explain' && this.compiled.kind !== 'pragma') return [];
    this.refresh();
    return columnsOf(this.compiled);
  }

  get access(): StatementAccess {
    const { statement } = this.parsed;
    switch (statement.kind) {
      case 'select':
        return 'read';
      case 'explain':
        return statement.analyze && statement.statement.kind !== 'select' ? 'write' : 'read';
      case 'pragma':
        return this.compiled.kind === 'query' || statement.argument === null ? 'read' : 'write';
      case 'begin':
        return statement.readOnly ? 'begin-read-only' : 'begin';
      case 'commit':
        return 'end';
      case 'rollback':
        return statement.savepoint === null ? 'end' : 'savepoint';
      case 'savepoint':
      case 'release':
        return 'savepoint';
      default:
        return 'write';
    }
  }

  /** Starts a query; anything else has run when this returns. */
  execute(params?: Params): Cursor {
    this.refresh();
    const { compiled, runner } = this;
    const values = orderParameters(params, this.parsed.parameterNames);
    const columns = columnsOf(compiled);
    if (runner instanceof QueryRunner) {
      return new Cursor(columns, runner.open(values, this.parsed.parameterNames));
    }
    if (runner instanceof ChangeRunner) return returnedCursor(columns, this.change(runner, values));
    if (compiled.kind === 'pragma') return DEFINITION_RUNNERS.get().runPragma(compiled, this.session);
    if (compiled.kind === 'explain') {
      return EXPLAIN.get().explain(compiled, this.session, values, this.parsed.parameterNames);
    }
    const { changes, lastInsertRowid } = runDefinition(compiled, this.session, this.parsed.parameterNames, values);
    return new Cursor(columns, null, changes, lastInsertRowid);
  }

  /** Runs to the end and throws rows away. */
  run(params?: Params): RunResult {
    this.refresh();
    const { runner } = this;
    if (runner instanceof ChangeRunner) return this.change(runner, orderParameters(params, this.parsed.parameterNames));
    const cursor = this.execute(params);
    for (let batch = cursor.next(); batch !== null; ) batch = cursor.next();
    return { changes: cursor.changes, lastInsertRowid: cursor.lastInsertRowid };
  }

  /** The first row as columns of the result's types hold its values, or self-typed; null: there is none. */
  get(params?: Params): readonly ColumnValue[] | null {
    this.refresh();
    const { runner } = this;
    if (runner instanceof QueryRunner && runner.isPoint) {
      return runner.point(orderParameters(params, this.parsed.parameterNames), this.parsed.parameterNames);
    }
    const cursor = this.execute(params);
    try {
      for (let batch = cursor.next(); batch !== null; batch = cursor.next()) {
        if (batch.count > 0) return firstRow(batch.vectors, batch.selection, cursor.columns);
      }
      return null;
    } finally {
      cursor.close();
    }
  }

  close(): void {
    this.isClosed = true;
  }

  private change(runner: ChangeRunner, values: readonly unknown[]): ChangeResult {
    return runner.run(values, this.parsed.parameterNames);
  }

  private refresh(): void {
    if (this.isClosed) throw new HeliosError('CLOSED', 'the statement is closed');
    const { version } = this.session.catalog;
    if (this.version === version) return;
    this.compiled = this.session.compile(this.parsed, this.sql);
    this.version = version;
    this.runner = runnerOf(this.compiled, this.session);
  }
}

function runnerOf(compiled: CompiledStatement, session: Session): Runner {
  if (compiled.kind === 'query') return new QueryRunner(compiled.query, session);
  return compiled.kind === 'change' ? new ChangeRunner(compiled.change, session) : null;
}

function columnsOf(compiled: CompiledStatement): readonly OutputColumn[] {
  switch (compiled.kind) {
    case 'query':
      return compiled.query.columns;
    case 'change':
      return compiled.change.target.returning.map(({ column }) => column);
    case 'explain':
      return EXPLAIN_COLUMNS[compiled.format];
    case 'pragma':
      return DEFINITION_RUNNERS.get().pragmaColumns(compiled);
    default:
      return [];
  }
}

function returnedCursor(columns: readonly OutputColumn[], result: ChangeResult): Cursor {
  const { changes, lastInsertRowid, returned } = result;
  if (returned.length === 0) return new Cursor(columns, null, changes, lastInsertRowid);
  return valuesCursor(columns, returned, changes, lastInsertRowid);
}

function firstRow(
  vectors: readonly ColumnVector[],
  selection: Uint32Array | null,
  columns: readonly OutputColumn[],
): readonly ColumnValue[] {
  const row = selection === null ? 0 : selection[0];
  return vectors.map((vector, i) => valueAt(vector, physicalKindOf(columns[i].type), row));
}
