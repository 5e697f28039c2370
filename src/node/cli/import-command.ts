import cliProgress from 'cli-progress';
import { type ImportReport, importCsv } from '../import-csv.ts';
import { counted } from './counted.ts';
import type { ShellDatabase } from './shell-database.ts';
import type { Streams } from './terminal.ts';

/** Rejected lines shown; all are counted. */
const SHOWN_REJECTIONS = 20;

export interface ImportChoices {
  readonly delimiter?: string;
}

/** Exit code 1 when lines were rejected: the rest is in the table. */
export async function runImport(
  database: ShellDatabase,
  table: string,
  csvPath: string,
  choices: ImportChoices,
  streams: Streams,
): Promise<number> {
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage}% | {rows} rows',
    stream: streams.errors,
    hideCursor: true,
    clearOnComplete: true,
    // Nothing is drawn where nobody watches.
    noTTYOutput: false,
  });
  // The file is read twice.
  bar.start(1, 0, { rows: 0 });
  try {
    const report = await importCsv(database, csvPath, table, {
      ...choices,
      describedRejections: SHOWN_REJECTIONS,
      onProgress({ phase, bytes, bytesTotal, rowsInserted }) {
        bar.setTotal(Math.max(1, bytesTotal * 2));
        bar.update(phase === 'reading' ? bytes : bytesTotal + bytes, { rows: rowsInserted });
      },
    });
    bar.stop();
    return reportImport(report, streams);
  } finally {
    bar.stop();
  }
}

function reportImport(report: ImportReport, { output, errors }: Streams): number {
  const { table, created, columns, rowsInserted, rejected, rejectedCount } = report;
  if (created) {
    const definitions = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
    output.write(`created table ${table} (${definitions})\n`);
  }
  output.write(`${counted(rowsInserted, 'row')} inserted into ${table}\n`);
  if (rejectedCount === 0) return 0;
  errors.write(`${counted(rejectedCount, 'line')} rejected\n`);
  for (const { line, reason } of rejected) errors.write(`  line ${line}: ${reason}\n`);
  if (rejectedCount > rejected.length) errors.write(`  and ${rejectedCount - rejected.length} more\n`);
  return 1;
}
