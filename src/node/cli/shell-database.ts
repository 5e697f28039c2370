import type { HistoryPoint } from '../../sql/history-point.ts';
import type { ImportTarget } from '../import-csv.ts';

export interface ResultColumn {
  readonly name: string;
  readonly type: string;
}

/** A result as the command line shows it: rows as arrays, since two columns may share a name. */
export interface ShellResult {
  readonly rows: readonly (readonly unknown[])[];
  readonly columns: readonly ResultColumn[];
  readonly changes: number;
}

export interface ShellCheckReport {
  readonly ok: boolean;
  readonly problems: readonly { readonly file: string | null; readonly offset: number | null; readonly what: string }[];
  readonly tables: number;
  readonly segments: number;
  readonly rows: number;
}

/** What a shell reads, and changes where it may: a database, or its state at some instant. */
export interface ShellSource {
  query(sql: string, params?: readonly never[], options?: { readonly rowMode: 'array' }): ShellResult;
  /** Rows as they are needed. */
  iterate(sql: string, params: readonly never[], options: { readonly rowMode: 'array' }): Iterable<readonly unknown[]>;
}

/** What the command line needs of a database: a part of `SyncDatabase`. */
export interface ShellDatabase extends ImportTarget, ShellSource {
  query(sql: string, params?: readonly never[], options?: { readonly rowMode: 'array' }): ShellResult;
  /** The state that was in force at a point of the history. */
  asOf(point: HistoryPoint): ShellSource;
  export(): Iterable<Uint8Array>;
  check(): ShellCheckReport;
  close(): void;
}

export interface OpenOptions {
  readonly readOnly?: boolean;
  readonly create?: boolean;
  readonly timestamps?: 'text';
}

/** `openSync`, which only the doors may choose. */
export type OpenDatabase = (path: string, options: OpenOptions) => ShellDatabase;
