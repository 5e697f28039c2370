import { transfer } from 'comlink';
import { HeliosError } from '../../base/errors.ts';
import type { OutputColumn } from '../../sql/cursor.ts';
import type { PreparedStatement } from '../../sql/prepared-statement.ts';
import type { CallOptions } from '../call-limits.ts';
import type { ByteStream } from '../channel.ts';
import type { BatchSink, LocalChannel, LocalTarget } from '../local/local-channel.ts';
import { SLICE_MS } from '../local/local-core.ts';
import type { LocalDatabase } from '../local/local-database.ts';
import type { LocalStream } from '../local/local-stream.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Params, TransactionOptions } from '../types.ts';
import { ChunkFeed } from './chunk-feed.ts';
import {
  type Answer,
  DEFAULT_CHANNEL,
  type EngineMethods,
  type OpenedDatabase,
  type WireCall,
  type WireResult,
  type WireTarget,
  type WorkerOpenOptions,
} from './protocol.ts';
import { toWireError } from './wire-error.ts';
import { buffersOf, ChunkCollector, type WireChunk } from './wire-rows.ts';

/** Rows of one message of a cursor, about: a chunk of a result holds many times more. */
const FETCH_ROWS = 4096;

/** What the worker needs of the place where it runs. Tests run it in a thread of their own making. */
export interface EngineWorkerHost {
  readonly scheduler: Scheduler;
  holdLifeLock(name: string): Promise<boolean>;
  /** `bytes`: of an exported file that the database is to be made of. */
  open(
    name: string,
    options: WorkerOpenOptions,
    bytes: AsyncIterable<Uint8Array> | null,
  ): Promise<{ database: LocalDatabase; opened: OpenedDatabase }>;
}

interface OpenCursor {
  readonly stream: LocalStream;
  readonly callId: number;
}

/** The worker's side of the protocol: one database, and what the page has open in it by number. */
class EngineWorker {
  readonly host: EngineWorkerHost;
  readonly cursors = new Numbered<OpenCursor>('cursor');
  readonly statements = new Numbered<PreparedStatement>('statement');
  readonly channels = new Numbered<LocalChannel>('transaction');
  /** Signals of calls that run and of cursors that are open, by call. */
  readonly calls = new Map<number, AbortController>();
  readonly exports = new Numbered<ByteStream>('export');
  /** While the database is being imported. */
  feed: ChunkFeed | null = null;
  private opened: LocalDatabase | null = null;

  constructor(host: EngineWorkerHost) {
    this.host = host;
  }

  get database(): LocalDatabase {
    if (this.opened === null) throw new HeliosError('MISUSE', 'the worker has no open database');
    return this.opened;
  }

  async open(name: string, options: WorkerOpenOptions): Promise<OpenedDatabase> {
    if (this.opened !== null) throw new HeliosError('MISUSE', 'the worker has a database open already');
    this.feed = options.imports ? new ChunkFeed() : null;
    try {
      const { database, opened } = await this.host.open(name, options, this.feed);
      this.opened = database;
      return opened;
    } finally {
      this.feed?.stop();
      this.feed = null;
    }
  }

  channelOf(number: number): LocalChannel {
    return number === DEFAULT_CHANNEL ? this.database.channel : this.channels.get(number);
  }

  targetOf(target: WireTarget): LocalTarget {
    return typeof target === 'string' ? target : this.statements.get(target);
  }

  /** Runs a call with a signal that the page's `abort` can reach. */
  async signalled<T>(call: WireCall, body: (channel: LocalChannel, options: CallOptions) => Promise<T>): Promise<T> {
    const channel = this.channelOf(call.channel);
    const options = this.optionsOf(call);
    try {
      return await body(channel, options);
    } finally {
      this.calls.delete(call.id);
    }
  }

  optionsOf(call: WireCall): CallOptions {
    const controller = new AbortController();
    this.calls.set(call.id, controller);
    return { signal: controller.signal, timeoutMs: call.timeoutMs };
  }

  async query(call: WireCall, target: WireTarget, params: Params): Promise<WireResult> {
    return await this.signalled(call, async (channel, options) => {
      const collectors: ChunkCollector[] = [];
      const sinkOf = (columns: readonly OutputColumn[]): BatchSink => {
        const collector = new ChunkCollector(columns);
        collectors.push(collector);
        return (batch) => collector.append(batch);
      };
      const outcome = await channel.run(this.targetOf(target), params, options, sinkOf);
      const { columns, changes, lastInsertRowid } = outcome;
      return { columns, chunks: collectors.flatMap((collector) => collector.finish()), changes, lastInsertRowid };
    });
  }

  async first(call: WireCall, target: WireTarget, params: Params): Promise<WireResult> {
    return await this.signalled(call, async (channel, options) => {
      const stream = await channel.open(this.targetOf(target), params, options);
      try {
        const collector = new ChunkCollector(stream.columns);
        const batch = await stream.pull();
        if (batch !== null) collector.append({ ...batch, count: 1 });
        return { columns: stream.columns, chunks: collector.finish(), changes: 0, lastInsertRowid: null };
      } finally {
        stream.close();
      }
    });
  }

  async openCursor(
    call: WireCall,
    target: WireTarget,
    params: Params,
  ): Promise<{ cursor: number; columns: readonly OutputColumn[] }> {
    const channel = this.channelOf(call.channel);
    try {
      const stream = await channel.open(this.targetOf(target), params, this.optionsOf(call));
      return { cursor: this.cursors.add({ stream, callId: call.id }), columns: stream.columns };
    } catch (error) {
      this.calls.delete(call.id);
      throw error;
    }
  }

  closeCursor(number: number): void {
    const cursor = this.cursors.take(number);
    if (cursor === undefined) return;
    cursor.stream.close();
    this.calls.delete(cursor.callId);
  }

  /** Rows for one message: small batches travel together, unless that would keep the first ones waiting. */
  async fetch(number: number): Promise<readonly WireChunk[]> {
    const { stream } = this.cursors.get(number);
    try {
      const collector = new ChunkCollector(stream.columns);
      const { scheduler } = this.host;
      const untilMs = scheduler.now() + SLICE_MS;
      let rows = 0;
      do {
        const batch = await stream.pull();
        if (batch === null) break;
        collector.append(batch);
        rows += batch.count;
      } while (rows < FETCH_ROWS && scheduler.now() < untilMs);
      if (rows === 0) this.closeCursor(number);
      return collector.finish();
    } catch (error) {
      this.closeCursor(number);
      throw error;
    }
  }

  async begin(call: WireCall, kind: Pick<TransactionOptions, 'readOnly' | 'asOf'>): Promise<number> {
    const { signal, timeoutMs } = this.optionsOf(call);
    try {
      return this.channels.add(await this.database.begin({ ...kind, signal, timeoutMs }));
    } finally {
      this.calls.delete(call.id);
    }
  }

  /** The number stays valid when the commit fails: the page rolls back then. */
  async commit(number: number): Promise<void> {
    await this.database.commit(this.channels.get(number));
    this.channels.take(number);
  }

  rollback(number: number): void {
    const channel = this.channels.take(number);
    if (channel !== undefined) this.database.rollback(channel);
  }
}

/** Things that the page names by number. */
class Numbered<T> {
  private readonly what: string;
  private readonly things = new Map<number, T>();
  private last = 0;

  constructor(what: string) {
    this.what = what;
  }

  add(thing: T): number {
    this.things.set(++this.last, thing);
    return this.last;
  }

  get(number: number): T {
    const thing = this.things.get(number);
    if (thing === undefined) throw new HeliosError('CLOSED', `the ${this.what} is closed`);
    return thing;
  }

  take(number: number): T | undefined {
    const thing = this.things.get(number);
    this.things.delete(number);
    return thing;
  }
}

async function answer<T>(body: () => T | Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await body() };
  } catch (error) {
    return { ok: false, error: toWireError(error) };
  }
}

async function done(body: () => unknown): Promise<Answer<null>> {
  return await answer(async () => {
    await body();
    return null;
  });
}

/** An answer with rows, whose memory goes to the page with it. */
async function rowsAnswer(body: () => Promise<WireResult>): Promise<Answer<WireResult>> {
  const result = await answer(body);
  return result.ok ? transfer(result, buffersOf(result.value.chunks)) : result;
}

/** The methods, all of them and nothing else: an object without a prototype. */
export function engineMethods(host: EngineWorkerHost): EngineMethods {
  const worker = new EngineWorker(host);
  const methods: EngineMethods = {
    start: (lifeLock) => answer(() => host.holdLifeLock(lifeLock)),
    open: (name, options) => answer(() => worker.open(name, options)),
    exec: (call, sql) => done(() => worker.signalled(call, (channel, options) => channel.exec(sql, options))),
    query: (call, target, params) => rowsAnswer(() => worker.query(call, target, params)),
    first: (call, target, params) => rowsAnswer(() => worker.first(call, target, params)),
    run: (call, target, params) =>
      answer(() =>
        worker.signalled(call, async (channel, options) => {
          const outcome = await channel.run(worker.targetOf(target), params, options, () => () => undefined);
          return { changes: outcome.changes, lastInsertRowid: outcome.lastInsertRowid };
        }),
      ),
    openCursor: (call, target, params) => answer(() => worker.openCursor(call, target, params)),
    fetch: async (cursor) => {
      const result = await answer(() => worker.fetch(cursor));
      if (!result.ok) return result;
      // Far fewer rows than a chunk holds: there is one, or none at the end.
      return transfer({ ok: true, value: result.value[0] ?? null }, buffersOf(result.value));
    },
    closeCursor: (cursor) => done(() => worker.closeCursor(cursor)),
    prepare: (call, sql) =>
      answer(async () => {
        const prepared = await worker.channelOf(call.channel).prepare(sql);
        return { statement: worker.statements.add(prepared), columns: prepared.columns };
      }),
    closeStatement: (statement) => done(() => worker.statements.take(statement)?.close()),
    insert: (call, table, data) =>
      answer(() => worker.signalled(call, (channel, options) => channel.insert(table, data, options))),
    begin: (call, kind) => answer(() => worker.begin(call, kind)),
    commit: (channel) => done(() => worker.commit(channel)),
    rollback: (channel) => done(() => worker.rollback(channel)),
    loadFunctions: (url) => done(() => worker.database.loadFunctions(url)),
    importChunk: (chunk) => done(() => worker.feed?.push(chunk)),
    endImport: (isWhole) => done(() => worker.feed?.end(isWhole)),
    openExport: () => answer(async () => worker.exports.add(await worker.database.openExport())),
    readExport: async (number) => {
      const result = await answer(() => worker.exports.get(number).next());
      return result.ok && result.value !== null ? transfer(result, [result.value.buffer]) : result;
    },
    closeExport: (number) => done(() => worker.exports.take(number)?.close()),
    check: () => answer(() => worker.database.check()),
    stats: () => answer(() => worker.database.stats()),
    close: () => done(() => worker.database.close()),
    abort: (callId) => done(() => worker.calls.get(callId)?.abort()),
  };
  return Object.assign(Object.create(null), methods);
}
