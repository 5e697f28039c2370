import { transfer } from 'comlink';
import { HeliosError, isHeliosError } from '../../base/errors.ts';
import type { OutputColumn } from '../../sql/cursor.ts';
import type { PresentOptions } from '../../sql/expressions/coercion/present.ts';
import { abortedError, type CallOptions, checkTimeout } from '../call-limits.ts';
import type { Channel, RowStream, StatementRef, Target, TransactionChannel } from '../channel.ts';
import { publicColumns, RowBuilder } from '../row-builder.ts';
import type { InsertData, Params, QueryOptions, Result, ResultColumn, RunResult } from '../types.ts';
import type { WireCall, WireResult, WireTarget } from './protocol.ts';
import type { WireChunk } from './wire-rows.ts';
import type { WorkerLink } from './worker-link.ts';

let lastCallId = 0;

/** A statement that lives in the worker. */
class RemoteStatement implements StatementRef {
  readonly columns: readonly ResultColumn[];
  readonly number: number;
  private readonly link: WorkerLink;

  constructor(link: WorkerLink, number: number, columns: readonly OutputColumn[]) {
    this.link = link;
    this.number = number;
    this.columns = publicColumns(columns);
  }

  async close(): Promise<void> {
    // What ended with its worker needs no closing.
    if (!this.link.isOver) await this.link.call('closeStatement', this.number);
  }
}

/** A channel of a database in a worker: see {@link Channel}. */
export class RemoteChannel implements Channel {
  protected readonly link: WorkerLink;
  protected readonly number: number;
  protected readonly present: PresentOptions;

  constructor(link: WorkerLink, number: number, present: PresentOptions) {
    this.link = link;
    this.number = number;
    this.present = present;
  }

  async exec(sql: string, options: CallOptions): Promise<void> {
    await this.signalled(options, (call) => this.link.call('exec', call, sql));
  }

  async query(target: Target, params: Params, options: QueryOptions): Promise<Result<unknown>> {
    const send = (call: WireCall) => this.link.call('query', call, wireTarget(target), params);
    return this.resultOf(await this.signalled(options, send), options);
  }

  async first(target: Target, params: Params, options: QueryOptions): Promise<unknown | undefined> {
    const send = (call: WireCall) => this.link.call('first', call, wireTarget(target), params);
    return this.resultOf(await this.signalled(options, send), options).rows[0];
  }

  run(target: Target, params: Params, options: CallOptions): Promise<RunResult> {
    return this.signalled(options, (call) => this.link.call('run', call, wireTarget(target), params));
  }

  async open(target: Target, params: Params, options: QueryOptions): Promise<RowStream> {
    const call = this.callOf(options);
    const stopListening = this.forwardAbort(call, options.signal);
    try {
      const opened = await this.link.call('openCursor', call, wireTarget(target), params);
      const builder = new RowBuilder(opened.columns, this.present, options.rowMode);
      return new RemoteStream(this.link, opened.cursor, builder, options.signal, stopListening);
    } catch (error) {
      stopListening();
      throw withReason(error, options.signal);
    }
  }

  async prepare(sql: string): Promise<StatementRef> {
    const { statement, columns } = await this.link.call('prepare', this.callOf({}), sql);
    return new RemoteStatement(this.link, statement, columns);
  }

  async insert(table: string, data: InsertData): Promise<{ changes: number }> {
    const buffers = ownedBuffers(data);
    return await this.link.call(
      'insert',
      this.callOf({}),
      table,
      buffers.length === 0 ? data : transfer(data, buffers),
    );
  }

  /** A call whose signal reaches the worker while it runs there. */
  protected async signalled<T>(options: CallOptions, send: (call: WireCall) => Promise<T>): Promise<T> {
    const call = this.callOf(options);
    const stopListening = this.forwardAbort(call, options.signal);
    try {
      return await send(call);
    } catch (error) {
      throw withReason(error, options.signal);
    } finally {
      stopListening();
    }
  }

  private resultOf({ columns, chunks, changes, lastInsertRowid }: WireResult, options: QueryOptions): Result<unknown> {
    const builder = new RowBuilder(columns, this.present, options.rowMode);
    const rows: unknown[] = [];
    for (const chunk of chunks) builder.append(chunk.vectors, null, chunk.rowCount, rows);
    return { rows, columns: publicColumns(columns), changes, lastInsertRowid };
  }

  private callOf(options: CallOptions): WireCall {
    checkTimeout('timeoutMs', options.timeoutMs);
    if (options.signal?.aborted === true) throw abortedError(options.signal);
    const { timeoutMs } = options;
    return { id: ++lastCallId, channel: this.number, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  }

  private forwardAbort(call: WireCall, signal: AbortSignal | undefined): () => void {
    if (signal === undefined) return () => undefined;
    const forward = (): void => {
      // When the link is over the call itself says so.
      this.link.call('abort', call.id).catch((error: unknown) => error);
    };
    signal.addEventListener('abort', forward);
    return () => signal.removeEventListener('abort', forward);
  }
}

/** The worker knows that a signal fired, only the page knows its reason. */
function withReason(error: unknown, signal: AbortSignal | undefined): unknown {
  return isHeliosError(error, 'ABORTED') && signal?.aborted === true ? abortedError(signal) : error;
}

function wireTarget(target: Target): WireTarget {
  if (typeof target === 'string') return target;
  if (!(target instanceof RemoteStatement)) throw new HeliosError('INTERNAL', 'internal error: a foreign statement');
  return target.number;
}

export class RemoteTransaction extends RemoteChannel implements TransactionChannel {
  private readonly signal: AbortSignal | undefined;

  constructor(link: WorkerLink, number: number, present: PresentOptions, signal: AbortSignal | undefined) {
    super(link, number, present);
    this.signal = signal;
  }

  override open(target: Target, params: Params, options: QueryOptions): Promise<RowStream> {
    return super.open(target, params, { ...options, signal: options.signal ?? this.signal });
  }

  async commit(): Promise<void> {
    if (this.signal?.aborted === true) throw abortedError(this.signal);
    await this.link.call('commit', this.number);
  }

  async rollback(): Promise<void> {
    if (!this.link.isOver) await this.link.call('rollback', this.number);
  }

  protected override async signalled<T>(options: CallOptions, send: (call: WireCall) => Promise<T>): Promise<T> {
    if (this.signal?.aborted === true) throw abortedError(this.signal);
    return await super.signalled({ ...options, signal: options.signal ?? this.signal }, send);
  }
}

class RemoteStream implements RowStream {
  private readonly link: WorkerLink;
  private readonly cursor: number;
  private readonly builder: RowBuilder;
  private readonly signal: AbortSignal | undefined;
  private readonly stopListening: () => void;
  private isOver = false;

  constructor(
    link: WorkerLink,
    cursor: number,
    builder: RowBuilder,
    signal: AbortSignal | undefined,
    stopListening: () => void,
  ) {
    this.link = link;
    this.cursor = cursor;
    this.builder = builder;
    this.signal = signal;
    this.stopListening = stopListening;
  }

  async next(): Promise<unknown[] | null> {
    if (this.isOver) return null;
    try {
      const chunk: WireChunk | null = await this.link.call('fetch', this.cursor);
      if (chunk === null) {
        this.end();
        return null;
      }
      const rows: unknown[] = [];
      this.builder.append(chunk.vectors, null, chunk.rowCount, rows);
      return rows;
    } catch (error) {
      this.end();
      throw withReason(error, this.signal);
    }
  }

  async close(): Promise<void> {
    if (this.isOver) return;
    this.end();
    if (!this.link.isOver) await this.link.call('closeCursor', this.cursor);
  }

  private end(): void {
    this.isOver = true;
    this.stopListening();
  }
}

/** Buffers of typed arrays that are theirs alone: a view of a part is copied, since the rest belongs to somebody else. */
function ownedBuffers(data: InsertData): ArrayBuffer[] {
  if (Array.isArray(data) || typeof data !== 'object' || data === null) return [];
  const buffers = new Set<ArrayBuffer>();
  for (const column of Object.values(data)) {
    if (!ArrayBuffer.isView(column) || !(column.buffer instanceof ArrayBuffer)) continue;
    if (column.byteLength === column.buffer.byteLength) buffers.add(column.buffer);
  }
  return [...buffers];
}
