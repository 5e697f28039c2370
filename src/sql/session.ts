import { HeliosError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import type { MemoryBudget } from '../engine/cache/memory-budget.ts';
import { Catalog } from '../engine/catalog/catalog.ts';
import type { Engine, Snapshot } from '../engine/engine.ts';
import type { ReadPoint } from '../engine/table/access.ts';
import type { CommitResult, SavepointMark, WriteTransaction } from '../engine/transaction/write-transaction.ts';
import type { ChangeResult } from './executor/change.ts';
import type { ChangeSettings } from './executor/effects.ts';
import { ForeignKeyLedger } from './executor/foreign-key-ledger.ts';
import { ConflictStop } from './expressions/conflict-stop.ts';
import { UserFunctions } from './functions/user-functions.ts';
import type { HistoryPoint } from './history-point.ts';
import { type FoundStatement, PlanCache, type ReadyStatement } from './plan-cache.ts';
import { Planner } from './planner/planner.ts';
import type { Statistics } from './planner/statistics.ts';
import { type DisabledSwitches, disabledSwitches } from './planner/switches.ts';
import { PreparedStatement, type RunResult } from './prepared-statement.ts';
import { SessionPrograms } from './programs.ts';
import { BULK_INSERT, INSTANTS } from './runner-parts.ts';
import { Savepoints } from './savepoints.ts';
import { SessionCatalog } from './session-catalog.ts';

export interface SessionOptions {
  /** Called inside of long changes; throws to stop the statement. */
  readonly interrupt?: () => void;
  /** Optimizer rules that are switched off, by name: for tests. Throws MISUSE for a name that is none. */
  readonly disabledRules?: Iterable<string>;
  /** Rows that operators hand on at once; another number than the usual one gives the same results. */
  readonly batchRows?: number;
  /** What statements ask for memory, in place of the engine's budget: for tests. */
  readonly memory?: MemoryBudget;
  /** What users have registered, for the sessions of one database together. */
  readonly functions?: UserFunctions;
}

/**
 * One stream of statements over an engine: autocommit, or the transaction that BEGIN or SAVEPOINT opened. A statement
 * that fails leaves no trace, and the transaction around it goes on. Durability is the caller's: after commits it asks
 * the engine for it.
 */
export class Session {
  readonly engine: Engine;
  readonly interrupt: () => void;
  /** What users have registered. */
  readonly functions: UserFunctions;
  /** The objects of the files, and the session's own. */
  readonly catalog: SessionCatalog;
  readonly statistics: Statistics;
  private readonly disabledRules: DisabledSwitches;
  readonly batchRows: number;
  readonly memory: MemoryBudget;
  /** Counters of changes() and last_insert_rowid(). */
  lastInsertRowid = 0;
  changes = 0;
  totalChanges = 0;
  /** Grows with every rollback: rows read before may be gone. */
  rollbacks = 0;
  private readonly temporary = new Catalog();
  readonly settings: ChangeSettings = { foreignKeys: true, deferForeignKeys: false, recursiveTriggers: false };
  readonly programs: SessionPrograms = new SessionPrograms(this);
  /** Foreign keys to look at when the transaction commits. */
  readonly deferredKeys = new ForeignKeyLedger();
  private transaction: WriteTransaction | null = null;
  private snapshot: Snapshot | null = null;
  private savepoints = new Savepoints();
  /** Where the running statement returns to if it fails. */
  private statementMark: SavepointMark | null = null;
  /** Queries that are being read inside of the transaction. */
  private openReads = 0;
  private readonly plans: PlanCache;

  constructor(engine: Engine, options: SessionOptions = {}) {
    this.engine = engine;
    this.functions = options.functions ?? new UserFunctions();
    this.catalog = new SessionCatalog(engine, this.temporary, this.functions);
    this.statistics = {
      rowCount: (tableId) => engine.table(tableId).rowCountEstimate(),
      isInRowidOrder: (tableId) => engine.table(tableId).isInRowidOrder(),
      column: (tableId, column) => engine.table(tableId).columnStatistics(column),
    };
    this.interrupt = options.interrupt ?? (() => undefined);
    this.disabledRules = disabledSwitches(options.disabledRules ?? []);
    this.plans = new PlanCache(this, this.disabledRules);
    this.batchRows = options.batchRows ?? LIMITS.batchRows;
    this.memory = options.memory ?? engine.memory;
  }

  get inTransaction(): boolean {
    return this.transaction !== null || this.snapshot !== null;
  }

  get isReadOnlyTransaction(): boolean {
    return this.snapshot !== null;
  }

  /** Exactly one statement. Throws what is wrong with its text or its names. */
  prepare(sql: string): PreparedStatement {
    return new PreparedStatement(this, this.plans.sole(sql), sql, 0);
  }

  /** The statements of a script; each is prepared when the next one is asked for, and so sees what went before. */
  *statements(sql: string): Generator<PreparedStatement> {
    for (let found = this.statementAt(sql, 0); found !== null; found = this.statementAt(sql, found.next)) {
      yield found.statement;
    }
  }

  /** The first statement of a script at or behind `offset`, and where the rest begins; null: there is none. */
  statementAt(sql: string, offset: number): { readonly statement: PreparedStatement; readonly next: number } | null {
    const found = this.plans.at(sql, offset);
    if (found === null) return null;
    return { statement: new PreparedStatement(this, found.ready, sql, offset), next: found.next };
  }

  /** Runs a script and throws results away. */
  executeScript(sql: string): void {
    for (const statement of this.statements(sql)) statement.run();
  }

  /** `asOf`: a transaction that only reads, at that point of the history. */
  begin(options: { readonly readOnly?: boolean; readonly asOf?: HistoryPoint } = {}): void {
    if (this.inTransaction) {
      throw new HeliosError('TRANSACTION_ACTIVE', 'a transaction is open already: COMMIT or ROLLBACK it first');
    }
    if (options.asOf !== undefined) this.snapshot = INSTANTS.get().openPoint(this, options.asOf);
    else if (options.readOnly === true) this.snapshot = this.engine.openSnapshot();
    else this.transaction = this.engine.begin(this.temporary);
  }

  /** null: the transaction had only read. */
  commit(): CommitResult | null {
    if (this.transaction !== null) this.settleDeferred(this.transaction);
    const { transaction } = this.takeTransaction('COMMIT');
    return transaction === null ? null : this.commitTransaction(transaction);
  }

  rollback(): void {
    const { transaction } = this.takeTransaction('ROLLBACK');
    this.rollbacks++;
    transaction?.rollback();
  }

  savepoint(name: string): void {
    if (this.snapshot !== null) {
      this.savepoints.push(name, null, false);
      return;
    }
    const opens = this.transaction === null;
    this.transaction ??= this.engine.begin(this.temporary);
    this.savepoints.push(name, this.transaction.savepoint(), opens);
  }

  /** RELEASE: the savepoint is forgotten; the one that began the transaction commits it. */
  release(name: string): void {
    if (this.savepoints.isOutermost(name)) this.commit();
    else this.savepoints.release(name);
  }

  /** ROLLBACK TO: the savepoint stays. */
  rollbackTo(name: string): void {
    const mark = this.savepoints.rewind(name);
    this.rollbacks++;
    if (mark !== null) this.transaction?.rollbackTo(mark);
  }

  /** Rows as objects; a column that a row does not name takes its default. */
  insertRows(table: string, rows: readonly Readonly<Record<string, unknown>>[]): RunResult {
    const insert = new (BULK_INSERT.get().BulkInsert)(this, table);
    return this.write((transaction) => insert.rows(transaction, rows));
  }

  /** Columns of one length; a column that is not given takes its default. */
  insertColumns(table: string, columns: Readonly<Record<string, ArrayLike<unknown>>>): RunResult {
    const insert = new (BULK_INSERT.get().BulkInsert)(this, table);
    return this.write((transaction) => insert.columns(transaction, columns));
  }

  /** Moves everything from memory and the log into segments, and merges those that are due. */
  checkpoint(): void {
    this.refuseInTransaction();
    this.engine.checkpoint();
  }

  /** Makes the file as small as it can be. */
  vacuum(): void {
    this.refuseInTransaction();
    this.engine.vacuum();
  }

  refuseInTransaction(): void {
    if (!this.inTransaction) return;
    throw new HeliosError('TRANSACTION_ACTIVE', 'this cannot run inside a transaction: COMMIT or ROLLBACK it first');
  }

  close(): void {
    if (this.inTransaction) this.rollback();
    this.engine.forgetTemporary(this.temporary);
    this.plans.clear();
  }

  // ---- what prepared statements ask for

  /** What a statement that runs now reads. */
  get readPoint(): ReadPoint {
    return this.transaction ?? this.snapshot ?? this.engine.current;
  }

  /** A read point that stays until `close`. */
  openRead(): Snapshot {
    const current = this.transaction ?? this.snapshot;
    if (current === null) return this.engine.openSnapshot();
    this.openReads++;
    return { transaction: current.transaction, isPast: this.snapshot?.isPast, close: () => this.openReads-- };
  }

  /** The statement at `offset` of a text that has been ready before, in the newest version of the catalogue. */
  readyAgain(sql: string, offset: number): ReadyStatement {
    return (this.plans.at(sql, offset) as FoundStatement).ready;
  }

  /** As {@link readyAgain}, for what the statement's AS OF clauses name now. */
  readyAsOf(sql: string, offset: number, instants: readonly ReadPoint[]): ReadyStatement {
    return this.plans.asOf(sql, offset, instants);
  }

  planner(): Planner {
    return new Planner(this.statistics, this.disabledRules);
  }

  /** To be called between rows of a change: what they take may be too much. */
  relieve(transaction: WriteTransaction): void {
    // A query reads on where it has begun.
    if (this.openReads === 0) transaction.relieve(this.statementMark);
  }

  /** Runs a change as a statement: in its own transaction, or undone alone when it fails inside of one. */
  write<Result extends ChangeResult | undefined>(body: (transaction: WriteTransaction) => Result): Result {
    if (this.snapshot !== null) {
      throw new HeliosError(
        'TRANSACTION_READ_ONLY',
        'the transaction is read only: begin one without READ ONLY to write',
      );
    }
    const result = this.transaction === null ? this.autocommit(body) : this.inside(this.transaction, body);
    if (result !== undefined) this.count(result);
    return result;
  }

  /** A transaction is open that does not only read. */
  get isWriting(): boolean {
    return this.transaction !== null;
  }

  /**
   * The open transaction, for a change of one row or nothing, which needs no mark to be undone; {@link count} follows.
   * Call it where {@link isWriting}.
   */
  beginRow(): WriteTransaction {
    const transaction = this.transaction as WriteTransaction;
    this.statementMark = this.savepoints.newestMark;
    this.relieve(transaction);
    return transaction;
  }

  private autocommit<Result>(body: (transaction: WriteTransaction) => Result): Result {
    const transaction = this.engine.begin(this.temporary);
    this.statementMark = null;
    try {
      const result = body(transaction);
      this.settleDeferred(transaction);
      this.commitTransaction(transaction);
      return result;
    } catch (error) {
      const stop = error instanceof ConflictStop ? error : null;
      if (stop?.scope === 'fail') {
        // As in SQLite, which writes down how far it has counted when an INSERT is done.
        transaction.uncount(null);
        this.settleDeferred(transaction);
        this.commitTransaction(transaction);
      }
      throw stop?.error ?? error;
    } finally {
      // Nothing to do after a commit.
      transaction.rollback();
      this.forgetDeferred();
    }
  }

  private inside<Result>(transaction: WriteTransaction, body: (transaction: WriteTransaction) => Result): Result {
    this.statementMark = this.savepoints.newestMark;
    this.relieve(transaction);
    const mark = transaction.savepoint();
    this.statementMark = mark;
    try {
      return body(transaction);
    } catch (error) {
      if (error instanceof ConflictStop) {
        if (error.scope === 'rollback') this.rollback();
        else if (error.scope === 'fail') transaction.uncount(mark);
        throw error.error;
      }
      if (transaction.isActive) transaction.rollbackTo(mark);
      throw error;
    }
  }

  count(result: ChangeResult): void {
    this.changes = result.changes;
    this.totalChanges += result.changes;
    if (result.lastInsertRowid !== null) this.lastInsertRowid = result.lastInsertRowid;
  }

  /** Throws when a deferred foreign key is violated: the transaction stays open then. */
  private settleDeferred(transaction: WriteTransaction): void {
    if (this.deferredKeys.isEmpty) return;
    this.deferredKeys.settle(transaction, (tableId) => this.catalog.live(tableId) !== null);
    this.deferredKeys.clear();
  }

  private forgetDeferred(): void {
    this.deferredKeys.clear();
    this.settings.deferForeignKeys = false;
  }

  private commitTransaction(transaction: WriteTransaction): CommitResult {
    const changedCatalog = transaction.catalogSteps.length > 0;
    const result = transaction.commit();
    // Other sessions may have planned against the catalogue as it was before the commit.
    if (changedCatalog) this.engine.catalog.version++;
    return result;
  }

  private takeTransaction(what: string): { readonly transaction: WriteTransaction | null } {
    if (!this.inTransaction)
      throw new HeliosError('NO_ACTIVE_TRANSACTION', `${what} needs a transaction: none is open`);
    const { transaction } = this;
    this.snapshot?.close();
    this.transaction = null;
    this.snapshot = null;
    this.savepoints = new Savepoints();
    this.forgetDeferred();
    return { transaction };
  }
}
