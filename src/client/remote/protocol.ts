import type { OutputColumn } from '../../sql/cursor.ts';
import type { CheckReport, InsertData, OpenOptions, Params, RunResult, Stats, TransactionOptions } from '../types.ts';
import type { WireError } from './wire-error.ts';
import type { WireChunk } from './wire-rows.ts';

/**
 * What a page may ask of its worker, and nothing else. Every method answers with an {@link Answer}: none rejects, so
 * that no error depends on how the transport would clone it.
 */
export interface EngineMethods {
  /** The first call: the worker takes the Web Lock of this name for as long as it lives. False where there are no locks. */
  start(lifeLock: string): Promise<Answer<boolean>>;
  /** Opens the worker's one database. If it is to be imported, waits for its bytes: `importChunk`, then `endImport`. */
  open(name: string, options: WorkerOpenOptions): Promise<Answer<OpenedDatabase>>;
  /** Answers when the chunk has been written, or when nobody wants it any more. */
  importChunk(chunk: Uint8Array): Promise<Answer<null>>;
  /** `isWhole`: all bytes have come; otherwise the import is given up. */
  endImport(isWhole: boolean): Promise<Answer<null>>;
  exec(call: WireCall, sql: string): Promise<Answer<null>>;
  query(call: WireCall, target: WireTarget, params: Params): Promise<Answer<WireResult>>;
  run(call: WireCall, target: WireTarget, params: Params): Promise<Answer<RunResult>>;
  /** A result of at most one row; the rest is not read. */
  first(call: WireCall, target: WireTarget, params: Params): Promise<Answer<WireResult>>;
  openCursor(call: WireCall, target: WireTarget, params: Params): Promise<Answer<OpenedCursor>>;
  /** null: the end, and the cursor is closed. */
  fetch(cursor: number): Promise<Answer<WireChunk | null>>;
  closeCursor(cursor: number): Promise<Answer<null>>;
  prepare(call: WireCall, sql: string): Promise<Answer<PreparedStatement>>;
  closeStatement(statement: number): Promise<Answer<null>>;
  insert(call: WireCall, table: string, data: InsertData): Promise<Answer<{ changes: number }>>;
  /** Answers with the number of the transaction's channel. */
  begin(call: WireCall, kind: Pick<TransactionOptions, 'readOnly' | 'asOf'>): Promise<Answer<number>>;
  commit(channel: number): Promise<Answer<null>>;
  rollback(channel: number): Promise<Answer<null>>;
  /** Imports a module in the worker: its default export registers functions. */
  loadFunctions(url: string): Promise<Answer<null>>;
  /** Answers with the number of the export. */
  openExport(): Promise<Answer<number>>;
  /** null: the end. */
  readExport(number: number): Promise<Answer<Uint8Array | null>>;
  closeExport(number: number): Promise<Answer<null>>;
  check(): Promise<Answer<CheckReport>>;
  stats(): Promise<Answer<Stats>>;
  close(): Promise<Answer<null>>;
  /** The signal of a call, or of a cursor opened by it, has fired. */
  abort(callId: number): Promise<Answer<null>>;
}

export type MethodName = keyof EngineMethods;

export const METHOD_NAMES: readonly MethodName[] = [
  'start',
  'open',
  'importChunk',
  'endImport',
  'exec',
  'query',
  'run',
  'first',
  'openCursor',
  'fetch',
  'closeCursor',
  'prepare',
  'closeStatement',
  'insert',
  'begin',
  'commit',
  'rollback',
  'loadFunctions',
  'openExport',
  'readExport',
  'closeExport',
  'check',
  'stats',
  'close',
  'abort',
];

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: WireError };

/** The channel 0 is the database's own. */
export interface WireCall {
  /** Unique in the page. */
  readonly id: number;
  readonly channel: number;
  readonly timeoutMs?: number;
}

export const DEFAULT_CHANNEL = 0;

/** SQL text, or the number of a prepared statement. */
export type WireTarget = string | number;

export interface WireResult {
  readonly columns: readonly OutputColumn[];
  readonly chunks: readonly WireChunk[];
  readonly changes: number;
  readonly lastInsertRowid: number | bigint | null;
}

export interface OpenedCursor {
  readonly cursor: number;
  readonly columns: readonly OutputColumn[];
}

export interface PreparedStatement {
  readonly statement: number;
  readonly columns: readonly OutputColumn[];
}

export interface WorkerOpenOptions extends Omit<OpenOptions, 'integers' | 'timestamps' | 'decimals' | 'from'> {
  /** The page will send the bytes of an exported file. */
  readonly imports: boolean;
  readonly storage: 'auto' | 'opfs' | 'memory';
  readonly lockTimeoutMs?: number | undefined;
}

export interface OpenedDatabase {
  readonly kind: 'opfs' | 'memory';
  /** Why `auto` fell back to memory. */
  readonly reason: string | null;
}
