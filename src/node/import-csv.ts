/**
 * CSV import: a file with a header row becomes rows of a table.
 *
 * The file is read twice, streaming: once to decide the column types (see csv-types.ts), once to insert, in batches that
 * are one transaction each. A line that cannot be kept is rejected with its line number and the reason; the rest is kept.
 * When the table exists its own types hold, and the header names which of its columns the file fills.
 */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { CsvError, type CsvErrorCode, type Info, parse } from 'csv-parse';
import { type ErrorCode, HeliosError, isHeliosError } from '../base/errors.ts';
import { type CsvValue, csvValue, TypeTally } from './csv-types.ts';

/** What the import needs of a database: a part of `SyncDatabase`. `insert` is all or nothing. */
export interface ImportTarget {
  exec(sql: string): void;
  query(sql: string): { readonly columns: readonly { readonly name: string; readonly type: string }[] };
  insert(table: string, columns: Record<string, ArrayLike<CsvValue>>): { readonly changes: number };
}

export interface ImportProgress {
  readonly phase: 'reading' | 'inserting';
  readonly bytes: number;
  readonly bytesTotal: number;
  readonly rowsInserted: number;
}

export interface ImportOptions {
  /** Field separator. By default the one of `,` `;` tab `|` that the header row has most of. */
  readonly delimiter?: string;
  /** Rows in one transaction. */
  readonly batchRows?: number;
  /** How many rejected lines to describe; all are counted. */
  readonly describedRejections?: number;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface RejectedLine {
  /** Line of the file on which the record ends (begins, when a quote keeps it open), from 1, the header row. */
  readonly line: number;
  readonly reason: string;
}

export interface ImportReport {
  readonly table: string;
  /** False when the table existed. */
  readonly created: boolean;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rowsInserted: number;
  readonly rejectedCount: number;
  /** The first of the rejected lines, in file order within a batch. */
  readonly rejected: readonly RejectedLine[];
}

interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

const DEFAULT_BATCH_ROWS = 5_000;
const DEFAULT_DESCRIBED = 1_000;
const DELIMITERS = [',', ';', '\t', '|'];
const HEADER_PROBE_BYTES = 64 * 1024;
/** A record longer than this is a quote that never closes. */
const MAX_RECORD_BYTES = 4 * 1024 * 1024;

/** Errors that one row can cause; any other ends the import. */
const ROW_ERRORS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'TYPE_MISMATCH',
  'INVALID_VALUE',
  'NUMERIC_OVERFLOW',
  'PARAMETER_TYPE',
  'UNIQUE_VIOLATION',
  'NOT_NULL_VIOLATION',
  'CHECK_VIOLATION',
  'FOREIGN_KEY_VIOLATION',
]);

/**
 * Reads `path` into `table`, which is created when it does not exist.
 * Throws IO or FILE_NOT_FOUND for the file, INVALID_DEFINITION for its header, COLUMN_NOT_FOUND when an existing table
 * lacks a column of it, and what the database throws that is not one row's fault. Batches before the error stay.
 */
export async function importCsv(
  database: ImportTarget,
  path: string,
  table: string,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const source = await openSource(path, options);
  const existing = existingColumns(database, table);
  const columns = existing === null ? await inferColumns(source) : matchColumns(source, existing, table);
  if (existing === null) {
    const definitions = columns.map((column) => `${quoteName(column.name)} ${column.type}`);
    database.exec(`CREATE TABLE ${quoteName(table)} (${definitions.join(', ')})`);
  }
  const writer = new BatchWriter(database, table, columns, options);
  await source.eachRecord('inserting', writer);
  writer.flush();
  return { table, created: existing === null, columns, ...writer.result() };
}

interface RecordSink {
  record(record: CsvRecord): void;
  reject(line: number, reason: string): void;
  readonly rowsInserted: number;
}

class CsvSource {
  readonly path: string;
  readonly delimiter: string;
  readonly header: readonly string[];
  private readonly bytesTotal: number;
  private readonly onProgress: ImportOptions['onProgress'];

  constructor(
    path: string,
    delimiter: string,
    header: readonly string[],
    bytesTotal: number,
    onProgress: ImportOptions['onProgress'],
  ) {
    this.path = path;
    this.delimiter = delimiter;
    this.header = header;
    this.bytesTotal = bytesTotal;
    this.onProgress = onProgress;
  }

  /** Hands every record after the header to the sink, and every text that is no record as a rejection. */
  async eachRecord(phase: ImportProgress['phase'], sink: RecordSink): Promise<void> {
    const file = createReadStream(this.path, { highWaterMark: 256 * 1024 });
    let line = 1; // on which the record that the parser read last ends
    const parser = parse({
      delimiter: this.delimiter,
      bom: true,
      from: 2,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      max_record_size: MAX_RECORD_BYTES,
      on_record: (record: string[], { lines }) => {
        line = lines;
        return record;
      },
      on_skip: (error) => {
        if (error === undefined) return;
        const endless = error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE';
        sink.reject(endless ? line + 1 : Number(error.lines), csvReason(error));
        line = Number(error.lines);
      },
    });
    const width = this.header.length;
    const report = (bytes: number) =>
      this.onProgress?.({ phase, bytes, bytesTotal: this.bytesTotal, rowsInserted: sink.rowsInserted });
    await pipeline(file, parser, async (records: AsyncIterable<{ record: string[]; info: Info }>) => {
      let reported = 0;
      for await (const { record, info } of records) {
        if (record.length === width) sink.record({ fields: record, line: info.lines });
        else sink.reject(info.lines, `${record.length} fields, the header has ${width}`);
        if (file.bytesRead !== reported) {
          reported = file.bytesRead;
          report(reported);
        }
      }
    });
    report(this.bytesTotal);
  }
}

async function openSource(path: string, options: ImportOptions): Promise<CsvSource> {
  let head: string;
  let bytesTotal: number;
  try {
    bytesTotal = (await stat(path)).size;
    head = await readHead(path);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = missing
      ? `There is no file ${path} to import.`
      : `The file ${path} cannot be read: ${(cause as Error).message}.`;
    throw new HeliosError(missing ? 'FILE_NOT_FOUND' : 'IO', message, { cause });
  }
  const delimiter = options.delimiter ?? likelyDelimiter(head);
  return new CsvSource(path, delimiter, await readHeader(path, head, delimiter), bytesTotal, options.onProgress);
}

async function readHead(path: string): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const buffer = new Uint8Array(HEADER_PROBE_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, HEADER_PROBE_BYTES, 0);
    return new TextDecoder().decode(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

function likelyDelimiter(head: string): string {
  const line = (head.split(/[\r\n]/, 1)[0] ?? '').replace(/"[^"]*"/g, '');
  let best = ',';
  let most = 0;
  for (const delimiter of DELIMITERS) {
    const count = line.split(delimiter).length - 1;
    if (count > most) {
      best = delimiter;
      most = count;
    }
  }
  return best;
}

async function readHeader(path: string, head: string, delimiter: string): Promise<readonly string[]> {
  const parser = parse({ delimiter, bom: true, to: 1, relax_column_count: true, trim: true });
  parser.end(head);
  let names: string[] = [];
  try {
    for await (const record of parser) names = record as string[];
  } catch (cause) {
    throw new HeliosError('INVALID_DEFINITION', `The header row of ${path} cannot be read: ${csvReason(cause)}.`, {
      cause,
    });
  }
  if (names.length === 0)
    throw new HeliosError('INVALID_DEFINITION', `The file ${path} is empty: it needs a header row.`);
  names = names.map((name, position) => (name === '' ? `column_${position + 1}` : name));
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase())) {
      throw new HeliosError('INVALID_DEFINITION', `The header row of ${path} names the column ${name} twice.`);
    }
    seen.add(name.toLowerCase());
  }
  return names;
}

function existingColumns(database: ImportTarget, table: string): ReadonlyMap<string, string> | null {
  try {
    const { columns } = database.query(`SELECT * FROM ${quoteName(table)} LIMIT 0`);
    return new Map(columns.map((column) => [column.name.toLowerCase(), column.type]));
  } catch (error) {
    if (isHeliosError(error, 'TABLE_NOT_FOUND')) return null;
    throw error;
  }
}

function matchColumns(
  source: CsvSource,
  existing: ReadonlyMap<string, string>,
  table: string,
): ImportReport['columns'] {
  return source.header.map((name) => {
    const type = existing.get(name.toLowerCase());
    if (type === undefined) {
      throw new HeliosError(
        'COLUMN_NOT_FOUND',
        `The table ${table} has no column ${name}, which ${source.path} fills.`,
        {
          hint: `Its columns are ${[...existing.keys()].join(', ')}.`,
        },
      );
    }
    return { name, type };
  });
}

async function inferColumns(source: CsvSource): Promise<ImportReport['columns']> {
  const tallies = source.header.map(() => new TypeTally());
  await source.eachRecord('reading', {
    rowsInserted: 0,
    record: ({ fields }) => {
      for (let column = 0; column < fields.length; column++) tallies[column]!.add(fields[column]!);
    },
    reject: () => undefined, // The second pass reports it.
  });
  return source.header.map((name, column) => ({ name, type: tallies[column]!.type() }));
}

/** Converts records, collects them column by column, and inserts them a batch at a time. */
class BatchWriter implements RecordSink {
  rowsInserted = 0;
  private rejectedCount = 0;
  private readonly rejected: RejectedLine[] = [];
  private readonly database: ImportTarget;
  private readonly table: string;
  private readonly columns: ImportReport['columns'];
  private readonly batchRows: number;
  private readonly described: number;
  private values: CsvValue[][];
  private lines: number[] = [];

  constructor(database: ImportTarget, table: string, columns: ImportReport['columns'], options: ImportOptions) {
    this.database = database;
    this.table = table;
    this.columns = columns;
    this.batchRows = options.batchRows ?? DEFAULT_BATCH_ROWS;
    this.described = options.describedRejections ?? DEFAULT_DESCRIBED;
    this.values = columns.map(() => []);
  }

  record({ fields, line }: CsvRecord): void {
    const row: CsvValue[] = [];
    for (let column = 0; column < fields.length; column++) {
      const value = csvValue(fields[column]!, this.columns[column]!.type);
      if (value instanceof Error) {
        this.reject(line, `column ${this.columns[column]!.name}: ${value.message}`);
        return;
      }
      row.push(value);
    }
    for (let column = 0; column < row.length; column++) this.values[column]!.push(row[column]!);
    this.lines.push(line);
    if (this.lines.length >= this.batchRows) this.flush();
  }

  reject(line: number, reason: string): void {
    this.rejectedCount++;
    if (this.rejected.length < this.described) this.rejected.push({ line, reason });
  }

  flush(): void {
    this.insertRange(0, this.lines.length);
    this.values = this.columns.map(() => []);
    this.lines = [];
  }

  result(): Pick<ImportReport, 'rowsInserted' | 'rejectedCount' | 'rejected'> {
    const rejected = this.rejected.toSorted((a, b) => a.line - b.line);
    return { rowsInserted: this.rowsInserted, rejectedCount: this.rejectedCount, rejected };
  }

  /** Inserts rows [from, to) of the batch; where the database refuses, halves the range until the bad row stands alone. */
  private insertRange(from: number, to: number): void {
    if (from === to) return;
    const slice: Record<string, CsvValue[]> = {};
    this.columns.forEach((column, position) => {
      slice[column.name] = this.values[position]!.slice(from, to);
    });
    try {
      this.database.insert(this.table, slice);
      this.rowsInserted += to - from;
    } catch (error) {
      if (!isHeliosError(error) || !ROW_ERRORS.has(error.code)) throw error;
      if (to - from === 1) {
        this.reject(this.lines[from]!, error.message);
        return;
      }
      const middle = (from + to) >>> 1;
      this.insertRange(from, middle);
      this.insertRange(middle, to);
    }
  }
}

const CSV_REASONS: Partial<Record<CsvErrorCode, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote opens in this record and never closes',
  CSV_MAX_RECORD_SIZE: 'the record is longer than 4 MiB: does a quote open in it that never closes?',
  INVALID_OPENING_QUOTE: 'a quote stands inside of a field that does not begin with one',
  CSV_INVALID_CLOSING_QUOTE: 'a quoted field goes on after its closing quote',
};

function csvReason(error: unknown): string {
  if (error instanceof CsvError) return CSV_REASONS[error.code] ?? error.message;
  return (error as Error).message;
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
