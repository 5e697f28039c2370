import Table from 'cli-table3';
import { inspect } from '../../engine/inspect/inspect.ts';
import type {
  ExtentInspection,
  Inspection,
  SegmentInspection,
  TableInspection,
} from '../../engine/inspect/inspection.ts';
import { encodingsText } from '../../engine/inspect/segment-parts.ts';
import { openFileStorage } from '../file-storage.ts';
import { counted } from './counted.ts';
import type { Streams } from './terminal.ts';

/** More extents than this say nothing to a reader; --json has them all. */
const SHOWN_EXTENTS = 100;

/** Prints what the files hold. Exit code 1 where something is damaged. */
export function runInspect(path: string, { json }: { readonly json?: boolean }, { output }: Streams): number {
  const storage = openFileStorage(path, { readOnly: true });
  try {
    const inspection = inspect(storage);
    output.write(json === true ? `${JSON.stringify(inspection, null, 1)}\n` : textOf(inspection));
    return inspection.problems.length === 0 ? 0 : 1;
  } finally {
    storage.close();
  }
}

function textOf(inspection: Inspection): string {
  const { tables, extents, problems } = inspection;
  const parts = [
    headOf(inspection),
    ...tables.filter(({ segments }) => segments.length > 0).flatMap((table) => [segmentsOf(table), columnsOf(table)]),
    extents.length === 0 ? '' : extentsOf(extents),
    problems.length === 0 ? 'nothing is damaged' : problems.map((problem) => `damaged: ${problem}`).join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headOf({ files, superblocks, pageSize, checkpoint, log }: Inspection): string {
  const lines = files.map(({ name, lengthBytes }) => `${name}: ${counted(lengthBytes, 'byte')}`);
  const slots = superblocks.map(({ state, generation }) => (generation === null ? state : `generation ${generation}`));
  lines.push(`superblocks: ${slots.join(', ')}${pageSize === null ? '' : `; pages of ${pageSize} bytes`}`);
  if (checkpoint !== null) {
    const { lastTransaction, lastCommitMicros, manifestBytes, definitions } = checkpoint;
    const content = `${counted(definitions, 'definition')}, manifest of ${counted(manifestBytes, 'byte')}`;
    lines.push(`checkpoint: up to transaction ${lastTransaction} (${timeOf(lastCommitMicros)}), ${content}`);
  }
  const { frames, endByte } = log;
  const first = frames[0];
  const last = frames.at(-1);
  const range =
    first === undefined || last === undefined
      ? ''
      : `, ${first.transaction} to ${last.transaction} (${timeOf(last.commitMicros)})`;
  const changes = frames.reduce((sum, { rowChanges }) => sum + rowChanges, 0);
  lines.push(
    `log: ${counted(frames.length, 'transaction')}${range}, ${counted(changes, 'row change')}, to byte ${endByte}`,
  );
  return lines.join('\n');
}

function timeOf(micros: number): string {
  return new Date(micros / 1000).toISOString();
}

function segmentsOf({ name, dropped, segments }: TableInspection): string {
  const table = newTable([
    `${name}${dropped ? ' (dropped)' : ''}`,
    'rows',
    'ended',
    'rowids',
    'transactions',
    'pages',
    'bytes',
  ]);
  for (const segment of segments) {
    const { id, kind, inLog, rows, endedRows, rowids, transactions, firstPage, pages, lengthBytes } = segment;
    table.push([
      `segment ${id}${kind === 'history' ? ' (history)' : inLog ? ' (of the log)' : ''}`,
      rows,
      endedRows,
      rowids.join(' to '),
      transactions.join(' to '),
      pagesText(firstPage, pages),
      lengthBytes,
    ]);
  }
  return table.toString();
}

/** Columns and indexes over all segments of a table. */
function columnsOf({ segments }: TableInspection): string {
  const sums = new Map<string, ColumnSum>();
  for (const segment of segments) addParts(segment, sums);
  const table = newTable(['', 'bytes', 'a row', 'dictionary', 'large', 'encodings of blocks']);
  for (const [name, { lengthBytes, rows, dictionaryBytes, largeBytes, encodings, damaged }] of sums) {
    const texts = [encodingsText({ encodings }), damaged > 0 ? `${damaged} damaged` : ''];
    const text = texts.filter((each) => each !== '').join(', ');
    table.push([name, lengthBytes, (lengthBytes / rows).toFixed(3), dictionaryBytes, largeBytes, text]);
  }
  return table.toString();
}

interface ColumnSum {
  lengthBytes: number;
  rows: number;
  dictionaryBytes: number;
  largeBytes: number;
  damaged: number;
  readonly encodings: Record<string, number>;
}

function addParts({ parts, rows, directoryBytes }: SegmentInspection, sums: Map<string, ColumnSum>): void {
  const sumOf = (name: string): ColumnSum => {
    const known = sums.get(name) ?? {
      lengthBytes: 0,
      rows: 0,
      dictionaryBytes: 0,
      largeBytes: 0,
      damaged: 0,
      encodings: {},
    };
    sums.set(name, known);
    known.rows += rows;
    return known;
  };
  for (const part of parts ?? []) {
    const sum = sumOf(part.name);
    sum.lengthBytes += part.lengthBytes;
    sum.dictionaryBytes += part.dictionary?.lengthBytes ?? 0;
    sum.largeBytes += part.largeBytes;
    sum.damaged += part.problems.length;
    for (const [encoding, count] of Object.entries(part.encodings))
      sum.encodings[encoding] = (sum.encodings[encoding] ?? 0) + count;
  }
  const directory = sumOf('directories');
  directory.lengthBytes += directoryBytes;
  if (parts === null) directory.damaged++;
}

function extentsOf(extents: readonly ExtentInspection[]): string {
  const table = newTable(['extents', 'pages']);
  for (const { holds, firstPage, pages } of extents.slice(0, SHOWN_EXTENTS))
    table.push([holds, pagesText(firstPage, pages)]);
  const more = extents.length - SHOWN_EXTENTS;
  return `${table.toString()}${more > 0 ? `\n${more} more: --json has all` : ''}`;
}

function pagesText(firstPage: number, pages: number): string {
  return pages === 1 ? `${firstPage}` : `${firstPage} to ${firstPage + pages - 1}`;
}

function newTable(head: readonly string[]): InstanceType<typeof Table> {
  return new Table({
    head: [...head],
    colAligns: head.map((title) =>
      ['rows', 'ended', 'bytes', 'a row', 'dictionary', 'large'].includes(title) ? 'right' : 'left',
    ),
    style: { head: [], border: [], compact: true },
  });
}
