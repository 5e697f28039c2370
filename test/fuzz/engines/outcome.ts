/** A value with its storage class: bigint INTEGER, number REAL, string TEXT, bytes BLOB. */
export type Value = null | bigint | number | string | Uint8Array;

export interface Rows {
  readonly kind: 'rows';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

export interface Failure {
  readonly kind: 'error';
  /** A code of ours, also for SQLite's errors as far as they have one; null: no counterpart. */
  readonly code: string | null;
  readonly message: string;
}

export type Outcome = Rows | Failure;

/** One database in memory that answers statements. */
export interface Contender {
  /** Runs one statement. Never throws for what the statement did wrong. */
  run(sql: string): Outcome;
  close(): void;
}

/** An SQL literal, as SQLite's quote() shows it; an infinity as a literal that reads back as one. */
export function shown(value: Value): string {
  if (value === null) return 'NULL';
  switch (typeof value) {
    case 'bigint':
      return String(value);
    case 'number':
      return Number.isInteger(value) && Math.abs(value) < 1e15 ? value.toFixed(1) : String(value);
    case 'string':
      return `'${value.replaceAll("'", "''")}'`;
    default:
      return `x'${Buffer.from(value).toString('hex')}'`;
  }
}
