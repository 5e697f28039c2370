import { HeliosError } from '../base/errors.ts';
import type { Backend, ByteStream, Channel, RowStream, StatementRef, TransactionChannel } from './channel.ts';
import { checkCallOptions, checkLabel, checkPoint, LABEL_STATEMENT } from './options.ts';
import { checkSql, templateSql } from './sql-text.ts';
import type {
  CheckReport,
  Database,
  HistoryPoint,
  InsertData,
  Params,
  Queryable,
  QueryOptions,
  ReadView,
  Result,
  ResultColumn,
  Row,
  RunResult,
  Statement,
  Stats,
  StorageInfo,
  Transaction,
  TransactionOptions,
  Value,
} from './types.ts';

const NO_PARAMS: Params = [];

/** Rows one by one; the generator's end, early or not, closes the stream. */
async function* rowsOf<R>(open: () => Promise<RowStream>): AsyncGenerator<R, void, undefined> {
  const stream = await open();
  try {
    for (let rows = await stream.next(); rows !== null; rows = await stream.next()) yield* rows as R[];
  } finally {
    await stream.close();
  }
}

/** Read when somebody reads it, not ahead. */
function readableOf(bytes: ByteStream): ReadableStream<Uint8Array> {
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async pull(controller) {
      const chunk = await bytes.next();
      if (chunk === null) controller.close();
      else controller.enqueue(chunk);
    },
    cancel: () => bytes.close(),
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

/** The promise API over a channel. */
class QueryableHandle<C extends Channel> implements Queryable {
  protected readonly channel: C;

  constructor(channel: C) {
    this.channel = channel;
  }

  async exec(sql: string, options: Omit<QueryOptions, 'rowMode'> = {}): Promise<void> {
    checkSql(sql);
    checkCallOptions(options);
    await this.channel.exec(sql, options);
  }

  async query<R = Row>(sql: string, params: Params = NO_PARAMS, options: QueryOptions = {}): Promise<Result<R>> {
    checkSql(sql);
    checkCallOptions(options);
    return (await this.channel.query(sql, params, options)) as Result<R>;
  }

  async sql<R = Row>(strings: TemplateStringsArray, ...values: Value[]): Promise<R[]> {
    return (await this.query<R>(templateSql(strings), values)).rows;
  }

  async prepare<R = Row>(sql: string): Promise<Statement<R>> {
    checkSql(sql);
    return new StatementHandle<R>(this.channel, await this.channel.prepare(sql), sql);
  }

  iterate<R = Row>(sql: string, params: Params = NO_PARAMS, options: QueryOptions = {}): AsyncIterable<R> {
    return rowsOf<R>(async () => {
      checkSql(sql);
      checkCallOptions(options);
      return await this.channel.open(sql, params, options);
    });
  }

  async insert(table: string, data: InsertData): Promise<{ changes: number }> {
    return await this.channel.insert(table, data);
  }
}

class TransactionHandle extends QueryableHandle<TransactionChannel> implements Transaction {}

export class DatabaseHandle extends QueryableHandle<Backend> implements Database {
  get storage(): StorageInfo {
    return this.channel.storage;
  }

  async transaction<T>(body: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    if (typeof body !== 'function')
      throw new HeliosError('MISUSE', 'transaction takes a function: db.transaction(async (tx) => …)');
    checkCallOptions(options);
    if (options.asOf !== undefined) checkPoint(options.asOf);
    const { label } = options;
    checkLabel(label);
    const channel = await this.channel.begin(options);
    try {
      const tx = new TransactionHandle(channel);
      if (label !== undefined) await tx.query(LABEL_STATEMENT, [label]);
      const result = await body(tx);
      await channel.commit();
      return result;
    } catch (error) {
      await channel.rollback();
      throw error;
    }
  }

  async *iterateAsOf<R>(
    asOf: HistoryPoint,
    sql: string,
    params: Params,
    options: QueryOptions,
  ): AsyncGenerator<R, void, undefined> {
    checkSql(sql);
    checkCallOptions(options);
    const channel = await this.channel.begin({ asOf });
    try {
      yield* rowsOf<R>(() => channel.open(sql, params, options));
    } finally {
      await channel.rollback();
    }
  }

  asOf(point: HistoryPoint): ReadView {
    checkPoint(point);
    return new ReadViewHandle(this, point);
  }

  async function(name: string, ...optionsAndBody: unknown[]): Promise<void> {
    await this.channel.register('function', name, ...optionsAndBody);
  }

  async aggregate(name: string, options: unknown): Promise<void> {
    await this.channel.register('aggregate', name, options);
  }

  async table(name: string, options: unknown): Promise<void> {
    await this.channel.register('table', name, options);
  }

  async loadFunctions(url: string | URL): Promise<void> {
    if (typeof url !== 'string' && !(url instanceof URL)) {
      throw new HeliosError(
        'MISUSE',
        "loadFunctions takes the URL of a module: new URL('./functions.js', import.meta.url)",
      );
    }
    await this.channel.loadFunctions(String(url));
  }

  async export(): Promise<ReadableStream<Uint8Array>> {
    return readableOf(await this.channel.openExport());
  }

  async check(): Promise<CheckReport> {
    return await this.channel.check();
  }

  async stats(): Promise<Stats> {
    return await this.channel.stats();
  }

  async close(): Promise<void> {
    await this.channel.close();
  }
}

/** Each query is a transaction of its own, at one point that the first of them settles. */
class ReadViewHandle implements ReadView {
  private readonly database: DatabaseHandle;
  private readonly given: HistoryPoint;
  private settled: Promise<HistoryPoint> | null = null;

  constructor(database: DatabaseHandle, point: HistoryPoint) {
    this.database = database;
    this.given = point;
  }

  async query<R = Row>(sql: string, params: Params = NO_PARAMS, options: QueryOptions = {}): Promise<Result<R>> {
    const asOf = await this.point();
    return await this.database.transaction((tx) => tx.query<R>(sql, params, options), { asOf });
  }

  async sql<R = Row>(strings: TemplateStringsArray, ...values: Value[]): Promise<R[]> {
    return (await this.query<R>(templateSql(strings), values)).rows;
  }

  async *iterate<R = Row>(sql: string, params: Params = NO_PARAMS, options: QueryOptions = {}): AsyncIterable<R> {
    yield* this.database.iterateAsOf<R>(await this.point(), sql, params, options);
  }

  /** Settled once: a time in the future names the newest transaction of the first query, and no later one. */
  private point(): Promise<HistoryPoint> {
    this.settled ??= this.settle();
    return this.settled;
  }

  private async settle(): Promise<HistoryPoint> {
    try {
      const body = (tx: Transaction): Promise<{ n: number }[]> => tx.sql<{ n: number }>`SELECT helios_txn() AS n`;
      const [{ n }] = await this.database.transaction(body, { asOf: this.given });
      return { transaction: Number(n) };
    } catch (error) {
      this.settled = null;
      throw error;
    }
  }
}

class StatementHandle<R> implements Statement<R> {
  private readonly channel: Channel;
  private readonly reference: StatementRef;
  private readonly text: string;
  private isClosed = false;

  constructor(channel: Channel, reference: StatementRef, text: string) {
    this.channel = channel;
    this.reference = reference;
    this.text = text;
  }

  get columns(): readonly ResultColumn[] {
    return this.reference.columns;
  }

  async all(params: Params = NO_PARAMS, options: QueryOptions = {}): Promise<R[]> {
    checkCallOptions(options);
    return (await this.channel.query(this.opened(), params, options)).rows as R[];
  }

  async get(params: Params = NO_PARAMS, options: QueryOptions = {}): Promise<R | undefined> {
    checkCallOptions(options);
    return (await this.channel.first(this.opened(), params, options)) as R | undefined;
  }

  async run(params: Params = NO_PARAMS, options: QueryOptions = {}): Promise<RunResult> {
    checkCallOptions(options);
    return await this.channel.run(this.opened(), params, options);
  }

  iterate(params: Params = NO_PARAMS, options: QueryOptions = {}): AsyncIterable<R> {
    return rowsOf<R>(async () => {
      checkCallOptions(options);
      return await this.channel.open(this.opened(), params, options);
    });
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.reference.close();
  }

  private opened(): StatementRef {
    if (this.isClosed) throw new HeliosError('CLOSED', `the statement is closed: ${this.text}`);
    return this.reference;
  }
}
