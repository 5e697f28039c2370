import { HeliosError } from '../../base/errors.ts';
import { withParts } from '../../base/late-part.ts';
import type { Cursor, OutputColumn, ResultBatch } from '../../sql/cursor.ts';
import { SPILLING } from '../../sql/executor/late-parts.ts';
import type { PreparedStatement } from '../../sql/prepared-statement.ts';
import { Session } from '../../sql/session.ts';
import { CallLimits, type CallOptions } from '../call-limits.ts';
import { StatementCache } from '../statement-cache.ts';
import type { InsertData, Params, RunResult, TransactionOptions } from '../types.ts';
import { type LocalCore, SLICE_MS } from './local-core.ts';
import { LocalStream } from './local-stream.ts';
import { SettlingCursor } from './settling-cursor.ts';
import type { ReleaseWriter } from './writer-queue.ts';

/** SQL text, or a statement that the channel has prepared. */
export type LocalTarget = string | PreparedStatement;

/** Takes a result's batches; made when its columns are known. */
export type BatchSink = (batch: ResultBatch) => void;

export interface Outcome extends RunResult {
  readonly columns: readonly OutputColumn[];
}

/**
 * One session in the engine's thread, and its way to the writer's place. Reads run in slices over a snapshot. A write
 * waits for its turn and then runs in one go, so that a statement needs no lock of its own; its commit is acknowledged
 * when the flush that it shares with others has returned.
 */
export class LocalChannel {
  readonly session: Session;
  protected readonly core: LocalCore;
  private readonly cache: StatementCache;
  /** Queries that are still being read. */
  private readonly openReads = new Set<SettlingCursor>();
  /** The writer's place, while a transaction is open. */
  private place: ReleaseWriter | null = null;
  /** The script that runs: while it has a transaction open, other calls wait for its end. Never rejects. */
  private script: Promise<unknown> | null = null;
  private running: CallLimits | null = null;
  private ending: unknown = null;
  /** The transaction's: it ends every call of it that has no signal of its own. */
  private signal: AbortSignal | undefined;

  constructor(core: LocalCore) {
    this.core = core;
    this.session = new Session(core.engine, {
      interrupt: () => this.running?.check(),
      functions: core.functions,
    });
    this.cache = new StatementCache(this.session);
  }

  /** Runs a script: no other writer comes in between, and its commits share one flush. */
  async exec(sql: string, options: CallOptions): Promise<void> {
    const limits = this.limitsOf(options);
    await this.core.track(this.execScript(sql, limits));
  }

  /** Runs one statement to its end. `sinkOf` is called once, before the first batch. */
  async run(
    target: LocalTarget,
    params: Params,
    options: CallOptions,
    sinkOf: (columns: readonly OutputColumn[]) => BatchSink,
  ): Promise<Outcome> {
    const limits = this.limitsOf(options);
    return await this.core.track(withParts(() => this.runStatement(target, params, limits, sinkOf)));
  }

  /** Starts one statement. A query is read as its rows are pulled; anything else has run when this resolves. */
  async open(target: LocalTarget, params: Params, options: CallOptions): Promise<LocalStream> {
    const limits = this.limitsOf(options);
    while (this.isInsideScript) await this.script;
    limits.check();
    // A stream cannot start over when it has handed out rows.
    if (!SPILLING.isLoaded) await SPILLING.load();
    const cursor = await this.core.track(withParts(() => this.start(this.statementOf(target), params, limits)));
    await this.core.settleReads();
    return this.streamOf(cursor, limits);
  }

  async prepare(sql: string): Promise<PreparedStatement> {
    this.checkOpen();
    return await withParts(() => this.session.prepare(sql));
  }

  async insert(table: string, data: InsertData, options: CallOptions = {}): Promise<{ changes: number }> {
    const limits = this.limitsOf(options);
    while (this.isInsideScript) await this.script;
    const body = (): RunResult => insertInto(this.session, table, data);
    const { changes } = await this.core.track(withParts(() => this.writing(limits, !this.session.inTransaction, body)));
    return { changes };
  }

  /** Opens the channel's transaction. */
  async begin(options: TransactionOptions): Promise<void> {
    const limits = this.limitsOf(options);
    const { asOf } = options;
    const readOnly = options.readOnly === true || asOf !== undefined;
    const begin = { readOnly, ...(asOf === undefined ? {} : { asOf }) };
    await this.core.track(withParts(() => this.writing(limits, !readOnly, () => this.session.begin(begin))));
    this.signal = options.signal;
  }

  async commit(): Promise<void> {
    const limits = this.limitsOf({});
    while (this.isInsideScript) await this.script;
    await this.core.track(this.writing(limits, false, () => this.session.commit()));
    this.end(transactionEnded());
  }

  /** Rolls back what is open; from here on every call fails with `error`. */
  end(error: unknown = transactionEnded()): void {
    this.ending ??= error;
    for (const read of this.openReads) read.close(this.ending);
    this.session.close();
    this.giveUpPlace();
  }

  private limitsOf({ signal, timeoutMs }: CallOptions): CallLimits {
    return new CallLimits(this.core.scheduler, { signal: signal ?? this.signal, timeoutMs });
  }

  private async runStatement(
    target: LocalTarget,
    params: Params,
    limits: CallLimits,
    sinkOf: (columns: readonly OutputColumn[]) => BatchSink,
  ): Promise<Outcome> {
    while (this.isInsideScript) await this.script;
    limits.check();
    const cursor = await this.start(this.statementOf(target), params, limits);
    await this.streamOf(cursor, limits).drain(sinkOf(cursor.columns));
    await this.core.settleReads();
    return { columns: cursor.columns, changes: cursor.changes, lastInsertRowid: cursor.lastInsertRowid };
  }

  private async execScript(sql: string, limits: CallLimits): Promise<void> {
    while (this.script !== null) await this.script;
    this.checkOpen();
    limits.check();
    const newest = this.core.engine.lastTransaction;
    const work = this.runScript(sql, limits);
    const script = work.then(
      () => undefined,
      () => undefined,
    );
    this.script = script;
    try {
      await work;
    } finally {
      this.script = null;
      // What was committed before an error stays.
      if (this.core.engine.lastTransaction !== newest) await this.core.acknowledge();
    }
  }

  private async runScript(sql: string, limits: CallLimits): Promise<void> {
    const { scheduler } = this.core;
    let place: ReleaseWriter | null = null;
    let sliceEndMs = scheduler.now() + SLICE_MS;
    try {
      for (let at = 0; ; ) {
        const found = await withParts(() => this.session.statementAt(sql, at));
        if (found === null) break;
        at = found.next;
        const { statement } = found;
        if (place === null && this.needsPlace(statement)) {
          place = this.core.writers.tryAcquire() ?? (await this.waitForPlace(limits));
        }
        await withParts(() => this.workAhead(statement, limits));
        const cursor = await withParts(() => this.execute(statement, [], limits));
        await this.streamOf(cursor, limits).drain(() => undefined);
        if (scheduler.now() < sliceEndMs) continue;
        sliceEndMs = await this.turn(limits);
      }
    } finally {
      this.keepOrRelease(place);
    }
  }

  /** Executes a statement, which for a query is only its beginning. */
  private async start(statement: PreparedStatement, params: Params, limits: CallLimits): Promise<Cursor> {
    if (statement.access === 'read') return this.execute(statement, params, limits);
    return await this.writing(limits, this.needsPlace(statement), () => statement.execute(params), statement);
  }

  private async writing<T>(
    limits: CallLimits,
    needsPlace: boolean,
    body: () => T,
    statement: PreparedStatement | null = null,
  ): Promise<T> {
    this.checkOpen();
    limits.check();
    const place = needsPlace ? (this.core.writers.tryAcquire() ?? (await this.waitForPlace(limits))) : null;
    const newest = this.core.engine.lastTransaction;
    let result: T;
    try {
      if (statement !== null) await this.workAhead(statement, limits);
      result = this.change(limits, body);
    } finally {
      this.keepOrRelease(place);
    }
    if (this.core.engine.lastTransaction !== newest) await this.core.acknowledge();
    return result;
  }

  /** Lets others have their turn; returns when the next slice ends. Throws what has ended the call meanwhile. */
  private async turn(limits: CallLimits): Promise<number> {
    const { scheduler } = this.core;
    await scheduler.turn();
    this.checkOpen();
    limits.check();
    return scheduler.now() + SLICE_MS;
  }

  /** In slices, between which others read; those who write wait for the place. */
  private async workAhead(statement: PreparedStatement, limits: CallLimits): Promise<void> {
    const work = statement.workAhead();
    if (work === null) return;
    const { scheduler } = this.core;
    try {
      for (let endMs = scheduler.now() + SLICE_MS; work.next().done !== true; ) {
        if (scheduler.now() < endMs) continue;
        endMs = await this.turn(limits);
      }
    } finally {
      work.return();
    }
  }

  private execute(statement: PreparedStatement, params: Params, limits: CallLimits): Cursor {
    this.checkOpen();
    if (statement.access === 'read') return statement.execute(params);
    return this.change(limits, () => statement.execute(params));
  }

  /** Runs what may write, in one go. */
  private change<T>(limits: CallLimits, body: () => T): T {
    this.checkOpen();
    limits.check();
    for (const read of this.openReads) read.settle();
    this.running = limits;
    try {
      return body();
    } finally {
      this.running = null;
    }
  }

  private streamOf(cursor: Cursor, limits: CallLimits): LocalStream {
    const settling = new SettlingCursor(cursor, this.session, (self) => this.openReads.delete(self));
    this.openReads.add(settling);
    return new LocalStream(this.core, settling, limits);
  }

  private statementOf(target: LocalTarget): PreparedStatement {
    this.checkOpen();
    return typeof target === 'string' ? this.cache.get(target) : target;
  }

  private needsPlace({ access }: PreparedStatement): boolean {
    return !this.session.inTransaction && (access === 'write' || access === 'begin' || access === 'savepoint');
  }

  private async waitForPlace(limits: CallLimits): Promise<ReleaseWriter> {
    const { writers, writerTimeoutMs } = this.core;
    const place = await writers.acquire({
      timeoutMs: limits.isBounded ? limits.remainingMs : writerTimeoutMs,
      signal: limits.signal,
    });
    try {
      this.checkOpen();
      limits.check();
    } catch (error) {
      place();
      throw error;
    }
    return place;
  }

  /** A transaction that is open after the statement keeps the place; otherwise it is free again. */
  private keepOrRelease(place: ReleaseWriter | null): void {
    if (place !== null) this.place = place;
    if (!this.session.inTransaction || this.session.isReadOnlyTransaction) this.giveUpPlace();
  }

  private giveUpPlace(): void {
    this.place?.();
    this.place = null;
  }

  /** A script is in the middle of its transaction. Asked in the same breath in which the call goes on. */
  private get isInsideScript(): boolean {
    return this.script !== null && this.session.inTransaction;
  }

  private checkOpen(): void {
    this.core.checkOpen();
    if (this.ending !== null) throw this.ending;
  }
}

function transactionEnded(): HeliosError {
  return new HeliosError('TRANSACTION_CLOSED', 'the transaction has ended: tx is of use only inside of its body');
}

/** Rows or columns, whichever came. */
export function insertInto(session: Session, table: string, data: InsertData): RunResult {
  if (typeof table !== 'string')
    throw new HeliosError('MISUSE', 'insert takes the name of a table and its rows or columns');
  if (Array.isArray(data)) return session.insertRows(table, data);
  if (typeof data !== 'object' || data === null) {
    throw new HeliosError('MISUSE', 'insert takes an array of rows, or an object of columns');
  }
  return session.insertColumns(table, data as Readonly<Record<string, ArrayLike<unknown>>>);
}
