import { readFileSync } from 'node:fs';

/** A fenced block: its info string, its lines without the fences, and where they stand (line numbers from 0). */
export interface FencedBlock {
  readonly info: string;
  readonly text: string;
  /** The line of the opening fence. */
  readonly start: number;
  /** The line behind the closing fence. */
  readonly end: number;
}

export function readLines(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n');
}

export function fencedBlocks(lines: readonly string[]): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (!lines[i].startsWith('```')) continue;
    const start = i++;
    while (i < lines.length && lines[i] !== '```') i++;
    blocks.push({ info: lines[start].slice(3), text: lines.slice(start + 1, i).join('\n'), start, end: i + 1 });
  }
  return blocks;
}

/** Rows of a table below a header that ends with the given cells: the code in backticks of each cell. */
export function tableRows(lines: readonly string[], header: readonly string[]): { cells: string[]; line: number }[] {
  const rows: { cells: string[]; line: number }[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (!sameCells(cellsOf(lines[i]), header)) continue;
    for (i += 2; lines[i]?.startsWith('|'); i++) rows.push({ cells: cellsOf(lines[i]), line: i });
  }
  return rows;
}

/** What stands between the outer backticks of a cell. */
export function codeOf(cell: string): string {
  return cell.replace(/^`+ ?|`+$/g, '');
}

function cellsOf(line: string): string[] {
  return line.startsWith('|')
    ? line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
    : [];
}

function sameCells(cells: readonly string[], header: readonly string[]): boolean {
  return cells.length >= header.length && header.every((name, i) => cells[cells.length - header.length + i] === name);
}
