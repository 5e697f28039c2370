import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import cliProgress from 'cli-progress';
import { type ImportReport, importCsv, openSync, type SyncDatabase } from 'heliosdb-nano/node';
import { databasePath } from './gateway.ts';
import { formatTable } from './text-table.ts';

const SHOWN_REJECTIONS = 20;

/** `npm start -- --import readings.csv --table t`: the file becomes rows of the gateway's database, then a summary. */
export async function runImport(dataFolder: string, file: string, table: string): Promise<void> {
  mkdirSync(dataFolder, { recursive: true });
  const path = databasePath(dataFolder);
  const database = openSync(path);
  const bar = new cliProgress.SingleBar({
    format: `${basename(file)} {phase} {bar} {percentage}% | {rows} rows`,
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 1000,
  });
  try {
    const startedMs = performance.now();
    bar.start(1, 0, { phase: 'reading  ', rows: '0' });
    const report = await importCsv(database, file, table, {
      onProgress: ({ phase, bytes, bytesTotal, rowsInserted }) => {
        bar.setTotal(Math.max(bytesTotal, 1));
        bar.update(bytes, { phase: phase.padEnd(9), rows: rowsInserted.toLocaleString('en') });
      },
    });
    bar.stop();
    printReport(report, path, (performance.now() - startedMs) / 1000);
    printSummary(database, report);
  } finally {
    bar.stop();
    database.close();
  }
}

function printReport(report: ImportReport, path: string, seconds: number): void {
  const { table, created, columns, rowsInserted, rejectedCount, rejected } = report;
  const verb = created ? 'new table' : 'existing table';
  console.log(
    `\n${rowsInserted.toLocaleString('en')} rows into the ${verb} ${table} of ${path} in ${seconds.toFixed(1)} s.`,
  );
  console.log(`Columns: ${columns.map(({ name, type }) => `${name} ${type}`).join(', ')}.`);
  if (rejectedCount === 0) return;
  console.log(`\n${rejectedCount.toLocaleString('en')} lines were rejected:`);
  for (const { line, reason } of rejected.slice(0, SHOWN_REJECTIONS)) console.log(`  line ${line}: ${reason}`);
  if (rejectedCount > SHOWN_REJECTIONS) console.log(`  … and ${rejectedCount - SHOWN_REJECTIONS} more.`);
}

/** One query over the whole table: the extent of every column that has one. */
function printSummary(database: SyncDatabase, { table, columns }: ImportReport): void {
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
  const parts = columns.map(({ name, type }) => {
    const column = quoted(name);
    const average = type === 'INTEGER' || type === 'REAL' ? `ROUND(AVG(${column}), 3)` : 'NULL';
    return `SELECT '${name.replaceAll("'", "''")}' AS "column", COUNT(${column}) AS "values",
      MIN(${column}) AS min, ${average} AS avg, MAX(${column}) AS max FROM ${quoted(table)}`;
  });
  const rows = parts.map((sql) => database.query(sql).rows[0]!);
  console.log(`\nSELECT COUNT(c), MIN(c), AVG(c), MAX(c) FROM ${table}, for each column c:\n`);
  console.log(formatTable(rows));
}
