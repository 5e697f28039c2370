import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HeliosError } from '../../../src/base/errors.ts';
import type { CsvValue } from '../../../src/node/csv-types.ts';
import { type ImportOptions, type ImportTarget, importCsv } from '../../../src/node/import-csv.ts';

/** A table in memory that records what the import asks for, with a unique first column when told so. */
class RecordingTarget implements ImportTarget {
  readonly statements: string[] = [];
  readonly rows: CsvValue[][] = [];
  insertCalls = 0;
  private readonly columns: { name: string; type: string }[] | null;
  private readonly uniqueFirst: boolean;

  constructor(columns: { name: string; type: string }[] | null = null, uniqueFirst = false) {
    this.columns = columns;
    this.uniqueFirst = uniqueFirst;
  }

  exec(sql: string): void {
    this.statements.push(sql);
  }

  query(): { columns: { name: string; type: string }[] } {
    if (this.columns === null) throw new HeliosError('TABLE_NOT_FOUND', 'no such table');
    return { columns: this.columns };
  }

  insert(_table: string, columns: Record<string, ArrayLike<CsvValue>>): { changes: number } {
    this.insertCalls++;
    const lists = Object.values(columns);
    const batch = Array.from(lists[0]!, (_, row) => lists.map((list) => list[row]!));
    const keys = new Set(this.rows.map((row) => row[0]));
    for (const row of batch) {
      if (this.uniqueFirst && keys.has(row[0]!)) {
        throw new HeliosError('UNIQUE_VIOLATION', `the key ${row[0]} exists`);
      }
      keys.add(row[0]!);
    }
    this.rows.push(...batch);
    return { changes: batch.length };
  }
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-csv-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function importText(text: string, target: ImportTarget = new RecordingTarget(), options: ImportOptions = {}) {
  const path = join(folder, 'readings.csv');
  await writeFile(path, text);
  return importCsv(target, path, 't', options);
}

describe('column types', () => {
  const cases: [fields: string[], type: string][] = [
    [['1', '-2', '+3', '0'], 'INTEGER'],
    [['1', '2.5', '3e-4', '.5'], 'REAL'],
    [['9223372036854775807'], 'INTEGER'],
    [['9223372036854775808'], 'TEXT'],
    [['007', '012'], 'TEXT'],
    [['2024-02-29', '2023-12-31'], 'DATE'],
    [['2023-02-29'], 'TEXT'],
    [['2024-01-01', '2024-01-01 10:00:00'], 'TIMESTAMP'],
    [['2024-01-01T10:00:00.123456Z', '2024-01-01 10:00+01:00'], 'TIMESTAMP'],
    [['2024-01-01 25:00:00'], 'TEXT'],
    [['1', '2024-01-01'], 'TEXT'],
    [['', ''], 'TEXT'],
    [['', '4'], 'INTEGER'],
    [['warm', '21.5'], 'TEXT'],
  ];
  it.each(cases)('%j is %s', async (fields, type) => {
    const report = await importText(['k,v', ...fields.map((field) => `x,${field}`)].join('\n'));
    expect(report.columns[1]).toEqual({ name: 'v', type });
  });

  it('stay numeric when a few fields are not, and reject those lines', async () => {
    const fields = Array.from({ length: 40 }, (_, index) => (index === 20 ? 'n/a' : String(index)));
    const report = await importText(['v', ...fields].join('\n'));
    expect(report.columns[0]!.type).toBe('INTEGER');
    expect(report.rowsInserted).toBe(39);
    expect(report.rejected).toEqual([{ line: 22, reason: "column v: 'n/a' is not an INTEGER" }]);
  });
});

describe('records', () => {
  it('keep quoting, embedded newlines, a byte order mark, CRLF and empty fields', async () => {
    const target = new RecordingTarget();
    const report = await importText('\uFEFFname,note,n\r\n"a ""b""","one\r\ntwo",1\r\nc,,\r\n', target);
    expect(report.rejectedCount).toBe(0);
    expect(target.statements).toEqual(['CREATE TABLE "t" ("name" TEXT, "note" TEXT, "n" INTEGER)']);
    expect(target.rows).toEqual([
      ['a "b"', 'one\r\ntwo', 1],
      ['c', null, null],
    ]);
  });

  it('are rejected with their line: too few or too many fields, stray quotes, a quote that never closes', async () => {
    const target = new RecordingTarget();
    const report = await importText('a,b\n1,2\n3\n4,5,6\n7,8" pipe\n9,10\n\n11,12\n13,"open\n15,16\n', target);
    expect(target.rows.map((row) => row[0])).toEqual([1, 9, 11]);
    expect(report.rejected.map((rejection) => rejection.line)).toEqual([3, 4, 5, 9]);
    expect(report.rejected[0]!.reason).toBe('1 fields, the header has 2');
    expect(report.rejected[2]!.reason).toContain('a quote stands inside of a field');
    expect(report.rejected[3]!.reason).toContain('never closes');
  });

  it('may be separated by semicolons or tabs', async () => {
    expect((await importText('a;b\n1;2,5\n')).columns.map((column) => column.type)).toEqual(['INTEGER', 'TEXT']);
    expect((await importText('a\tb\n1\t2\n')).columns).toHaveLength(2);
  });

  it('are inserted in batches, and one that the database refuses does not take its batch along', async () => {
    const target = new RecordingTarget(null, true);
    const keys = Array.from({ length: 100 }, (_, index) => (index === 60 ? 10 : index));
    const report = await importText(['k', ...keys].join('\n'), target, { batchRows: 32 });
    expect(target.rows).toHaveLength(99);
    expect(report).toMatchObject({ rowsInserted: 99, rejectedCount: 1 });
    expect(report.rejected).toEqual([{ line: 62, reason: 'the key 10 exists' }]);
  });

  it('are all counted when more are rejected than described', async () => {
    const lines = Array.from({ length: 10 }, () => '1,2');
    const report = await importText(['a', '0', ...lines].join('\n'), undefined, { describedRejections: 3 });
    expect(report.rejectedCount).toBe(10);
    expect(report.rejected).toHaveLength(3);
  });

  it('report progress up to the whole file, in both passes', async () => {
    const seen: string[] = [];
    await importText('a\n1\n2\n', undefined, {
      onProgress: ({ phase, bytes, bytesTotal }) => seen.push(`${phase} ${bytes}/${bytesTotal}`),
    });
    expect(seen).toContain('reading 6/6');
    expect(seen.at(-1)).toBe('inserting 6/6');
  });
});

describe('tables that exist', () => {
  const columns = [
    { name: 'ID', type: 'TEXT' },
    { name: 'value', type: 'REAL' },
    { name: 'other', type: 'TEXT' },
  ];

  it('keep their types', async () => {
    const target = new RecordingTarget(columns);
    const report = await importText('id,value\n1,2\n2,x\n', target);
    expect(report.created).toBe(false);
    expect(target.statements).toEqual([]);
    expect(target.rows).toEqual([['1', 2]]);
    expect(report.rejected).toEqual([{ line: 3, reason: "column value: 'x' is not a REAL" }]);
  });

  it('must have the columns of the header', async () => {
    await expect(importText('id,values\n1,2\n', new RecordingTarget(columns))).rejects.toMatchObject({
      code: 'COLUMN_NOT_FOUND',
      message: expect.stringContaining('no column values'),
    });
  });
});

describe('files that cannot be imported', () => {
  it('are named', async () => {
    const missing = join(folder, 'missing.csv');
    await expect(importCsv(new RecordingTarget(), missing, 't')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(importText('')).rejects.toMatchObject({ code: 'INVALID_DEFINITION' });
    await expect(importText('a,A\n1,2\n')).rejects.toMatchObject({ code: 'INVALID_DEFINITION' });
  });

  it('end the import when the database fails for another reason than a row', async () => {
    const target = new RecordingTarget();
    target.insert = () => {
      throw new HeliosError('DISK_FULL', 'no space');
    };
    await expect(importText('a\n1\n', target)).rejects.toMatchObject({ code: 'DISK_FULL' });
  });
});

describe('real readings', () => {
  const shared = new URL('../../../../shared/data/', import.meta.url).pathname;
  const files: [name: string, rows: number, types: string[]][] = [
    ['office-room.csv', 20_560, ['TIMESTAMP', 'REAL', 'REAL', 'REAL', 'REAL', 'REAL', 'INTEGER']],
    ['house-rooms.csv', 4_932, ['TIMESTAMP', 'INTEGER', 'INTEGER', 'REAL']],
  ];
  for (const [name, rows, types] of files) {
    const present = existsSync(shared + name);
    it.skipIf(!present)(`${name} is imported whole${present ? '' : ' (skipped: the file is not here)'}`, async () => {
      const target = new RecordingTarget();
      const report = await importCsv(target, shared + name, 'readings');
      expect(report).toMatchObject({ rowsInserted: rows, rejectedCount: 0 });
      expect(report.columns.slice(0, types.length).map((column) => column.type)).toEqual(types);
    });
  }
});
