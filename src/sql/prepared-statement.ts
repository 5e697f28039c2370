import { HeliosError } from '../base/errors.ts';
import type { Work } from '../base/work.ts';
import type { ColumnValue } from '../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../engine/column/vector.ts';
import type { ReadPoint } from '../engine/table/access.ts';
import type { CompiledStatement } from './compile.ts';
import { Cursor, type OutputColumn } from './cursor.ts';
import { EXPLAIN_COLUMNS } from './explain-columns.ts';
import { physicalKindOf } from './expressions/static-type.ts';
import { type Arguments, orderParameters, type Params } from './parameters.ts';
import type { ReadyStatement } from './plan-cache.ts';
import { DEFINITION_RUNNERS, EXPLAIN, INSTANTS } from './runner-parts.ts';
import { runDefinition } from './runners/definition-runner.ts';
import type { Session } from './session.ts';

const NO_POINTS: readonly ReadPoint[] = [];

export interface RunResult {
  readonly changes: number;
  /** null: no row was inserted. */
  readonly lastInsertRowid: number | null;
}

/** Who needs the writer's place: 'write' and 'begin' do outside of a transaction; 'savepoint' opens one there. */
export type StatementAccess = 'read' | 'write' | 'begin' | 'begin-read-only' | 'end' | 'savepoint';

/** A statement that may run many times. When the catalogue changes it is bound and planned anew. */
export class PreparedStatement {
  readonly sql: string;
  readonly parameterCount: number;
  private readonly session: Session;
  private readonly offset: number;
  private ready: ReadyStatement;
  private isClosed = false;

  /** `offset`: where the statement's text begins, or something in front of it that is no statement. */
  constructor(session: Session, ready: ReadyStatement, sql: string, offset: number) {
    this.session = session;
    this.ready = ready;
    this.sql = sql;
    this.offset = offset;
    this.parameterCount = ready.parsed.parameterCount;
  }

  get columns(): readonly OutputColumn[] {
    // What yields no rows may have run already, and could not be bound again.
    const { runner, compiled } = this.ready;
    if (runner === null && compiled.kind !== 'explain' && compiled.kind !== 'pragma') return [];
    this.refresh();
    return columnsOf(this.ready.compiled);
  }

  get access(): StatementAccess {
    const { statement } = this.ready.parsed;
    switch (statement.kind) {
      case 'select':
        return 'read';
      case 'explain':
        return statement.analyze && statement.statement.kind !== 'select' ? 'write' : 'read';
      case 'flashback-table':
      case 'flashback-database':
        return statement.preview ? 'read' : 'write';
      case 'pragma':
        return this.ready.compiled.kind === 'query' || statement.argument === null ? 'read' : 'write';
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

  /**
   * What takes long of the statement and changes nothing, to be done in steps before it runs, by who has the writer's
   * place; null: nothing. Throws what running it would.
   */
  workAhead(): Work<void> | null {
    if (this.ready.parsed.statement.kind !== 'create-index') return null;
    this.refresh();
    const { compiled } = this.ready;
    return compiled.kind === 'create-index' ? DEFINITION_RUNNERS.get().workAhead(compiled, this.session) : null;
  }

  /** Starts a query; anything else has run when this returns. */
  execute(params?: Params): Cursor {
    this.refresh();
    return this.start(this.given(params));
  }

  private start(given: Arguments): Cursor {
    const { compiled, runner } = this.ready;
    const columns = columnsOf(compiled);
    if (runner?.kind === 'query' || runner?.kind === 'direct') return new Cursor(columns, runner.open(given));
    if (runner?.kind === 'change') {
      const { returned, changes, lastInsertRowid } = runner.run(given);
      return new Cursor(columns, returned, changes, lastInsertRowid);
    }
    if (compiled.kind === 'pragma') return DEFINITION_RUNNERS.get().runPragma(compiled, this.session);
    if (compiled.kind === 'explain') return EXPLAIN.get().explain(compiled, this.session, given);
    const { changes, lastInsertRowid } = runDefinition(compiled, this.session, given);
    return new Cursor(columns, null, changes, lastInsertRowid);
  }

  /** Runs to the end and throws rows away. */
  run(params?: Params): RunResult {
    this.refresh();
    const given = this.given(params);
    const { runner } = this.ready;
    if (runner?.kind === 'change') {
      const result = runner.run(given);
      result.returned?.close();
      return result;
    }
    const cursor = this.start(given);
    for (let batch = cursor.next(); batch !== null; ) batch = cursor.next();
    return { changes: cursor.changes, lastInsertRowid: cursor.lastInsertRowid };
  }

  /** The first row as columns of the result's types hold its values, or self-typed; null: there is none. */
  get(params?: Params): readonly ColumnValue[] | null {
    this.refresh();
    const given = this.given(params);
    const { runner } = this.ready;
    if (runner?.kind === 'query' && runner.isPoint) return runner.point(given);
    const cursor = this.start(given);
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

  /** Call after {@link refresh}, and before anything of the ready statement is used: AS OF may need another one. */
  private given(params: Params | undefined): Arguments {
    const { parsed, literals, instants } = this.ready;
    const names = parsed.parameterNames;
    const given = { values: orderParameters(params, names), names, literals, instants: NO_POINTS };
    if (instants.length === 0) return given;
    const { resolveInstants, areBoundRight } = INSTANTS.get();
    const points = resolveInstants(this.session, instants, given);
    if (!areBoundRight(this.session, instants, points))
      this.ready = this.session.readyAsOf(this.sql, this.offset, points);
    return { ...given, instants: points };
  }

  private refresh(): void {
    if (this.isClosed) throw new HeliosError('CLOSED', 'the statement is closed');
    const { catalog, readPoint } = this.session;
    if (this.ready.version !== catalog.versionAt(readPoint)) {
      this.ready = this.session.readyAgain(this.sql, this.offset);
    }
  }
}

function columnsOf(compiled: CompiledStatement): readonly OutputColumn[] {
  switch (compiled.kind) {
    case 'query':
      return compiled.query.columns;
    case 'direct':
      return compiled.direct.query.columns;
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

function firstRow(
  vectors: readonly ColumnVector[],
  selection: Uint32Array | null,
  columns: readonly OutputColumn[],
): readonly ColumnValue[] {
  const row = selection === null ? 0 : selection[0];
  return vectors.map((vector, i) => valueAt(vector, physicalKindOf(columns[i].type), row));
}
