import { HeliosError } from '../../base/errors.ts';
import type { OutputColumn } from '../../sql/cursor.ts';
import type { PresentOptions } from '../../sql/expressions/coercion/present.ts';
import type { PreparedStatement } from '../../sql/prepared-statement.ts';
import type { CallOptions } from '../call-limits.ts';
import type {
  Backend,
  ByteStream,
  Channel,
  FunctionKind,
  RowStream,
  StatementRef,
  Target,
  TransactionChannel,
} from '../channel.ts';
import { publicColumns, RowBuilder } from '../row-builder.ts';
import type {
  CheckReport,
  InsertData,
  Params,
  QueryOptions,
  Result,
  ResultColumn,
  RunResult,
  Stats,
  StorageInfo,
  TransactionOptions,
} from '../types.ts';
import type { BatchSink, LocalChannel, LocalTarget } from './local-channel.ts';
import type { LocalDatabase } from './local-database.ts';
import type { LocalStream } from './local-stream.ts';

const discard = (): BatchSink => () => undefined;

class LocalStatement implements StatementRef {
  readonly prepared: PreparedStatement;

  constructor(prepared: PreparedStatement) {
    this.prepared = prepared;
  }

  get columns(): readonly ResultColumn[] {
    return publicColumns(this.prepared.columns);
  }

  async close(): Promise<void> {
    this.prepared.close();
  }
}

class LocalRows implements RowStream {
  private readonly stream: LocalStream;
  private readonly builder: RowBuilder;

  constructor(stream: LocalStream, builder: RowBuilder) {
    this.stream = stream;
    this.builder = builder;
  }

  async next(): Promise<unknown[] | null> {
    const batch = await this.stream.pull();
    if (batch === null) return null;
    const rows: unknown[] = [];
    this.builder.append(batch.vectors, batch.selection, batch.count, rows);
    return rows;
  }

  async close(): Promise<void> {
    this.stream.close();
  }
}

/** A channel of this thread that makes rows: see {@link Channel}. */
class LocalRowChannel implements Channel {
  protected readonly channel: LocalChannel;
  protected readonly present: PresentOptions;

  constructor(channel: LocalChannel, present: PresentOptions) {
    this.channel = channel;
    this.present = present;
  }

  exec(sql: string, options: CallOptions): Promise<void> {
    return this.channel.exec(sql, options);
  }

  async query(target: Target, params: Params, options: QueryOptions): Promise<Result<unknown>> {
    const rows: unknown[] = [];
    const sinkOf = (columns: readonly OutputColumn[]): BatchSink => {
      const builder = new RowBuilder(columns, this.present, options.rowMode);
      return ({ vectors, selection, count }) => builder.append(vectors, selection, count, rows);
    };
    const outcome = await this.channel.run(localTarget(target), params, options, sinkOf);
    const { columns, changes, lastInsertRowid } = outcome;
    return { rows, columns: publicColumns(columns), changes, lastInsertRowid };
  }

  async run(target: Target, params: Params, options: CallOptions): Promise<RunResult> {
    const { changes, lastInsertRowid } = await this.channel.run(localTarget(target), params, options, discard);
    return { changes, lastInsertRowid };
  }

  async first(target: Target, params: Params, options: QueryOptions): Promise<unknown | undefined> {
    const stream = await this.channel.open(localTarget(target), params, options);
    try {
      const batch = await stream.pull();
      const rows: unknown[] = [];
      if (batch !== null) this.builderOf(stream, options).append(batch.vectors, batch.selection, 1, rows);
      return rows[0];
    } finally {
      stream.close();
    }
  }

  async open(target: Target, params: Params, options: QueryOptions): Promise<RowStream> {
    const stream = await this.channel.open(localTarget(target), params, options);
    return new LocalRows(stream, this.builderOf(stream, options));
  }

  async prepare(sql: string): Promise<StatementRef> {
    return new LocalStatement(await this.channel.prepare(sql));
  }

  insert(table: string, data: InsertData): Promise<{ changes: number }> {
    return this.channel.insert(table, data);
  }

  private builderOf(stream: LocalStream, options: QueryOptions): RowBuilder {
    return new RowBuilder(stream.columns, this.present, options.rowMode);
  }
}

function localTarget(target: Target): LocalTarget {
  if (typeof target === 'string') return target;
  if (target instanceof LocalStatement) return target.prepared;
  throw new HeliosError('INTERNAL', 'internal error: a statement of another kind of database');
}

class LocalTransaction extends LocalRowChannel implements TransactionChannel {
  private readonly database: LocalDatabase;

  constructor(database: LocalDatabase, channel: LocalChannel, present: PresentOptions) {
    super(channel, present);
    this.database = database;
  }

  async commit(): Promise<void> {
    await this.database.commit(this.channel);
  }

  async rollback(): Promise<void> {
    this.database.rollback(this.channel);
  }
}

/** The database in this thread: see {@link Backend}. */
export class LocalBackend extends LocalRowChannel implements Backend {
  readonly storage: StorageInfo;
  private readonly database: LocalDatabase;

  constructor(database: LocalDatabase, present: PresentOptions, storage: StorageInfo) {
    super(database.channel, present);
    this.database = database;
    this.storage = storage;
  }

  async begin(options: TransactionOptions): Promise<TransactionChannel> {
    return new LocalTransaction(this.database, await this.database.begin(options), this.present);
  }

  register(kind: FunctionKind, ...args: unknown[]): Promise<void> {
    return this.database.register(kind, args);
  }

  loadFunctions(url: string): Promise<void> {
    return this.database.loadFunctions(url);
  }

  openExport(): Promise<ByteStream> {
    return this.database.openExport();
  }

  async check(): Promise<CheckReport> {
    return this.database.check();
  }

  async stats(): Promise<Stats> {
    return this.database.stats();
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
