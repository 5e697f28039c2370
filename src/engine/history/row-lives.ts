import type { Table } from '../table/table.ts';
import type { TableSegment } from '../table/table-segment.ts';

/** From the transaction that inserted a row to the one that deleted it: `to` is LIVE for a row that is there. */
export interface RowLife {
  readonly from: number;
  readonly to: number;
}

/** Lives of rows, by rowid: a rowid that is given again has several. */
export type RowLives = ReadonlyMap<number, readonly RowLife[]>;

/** Positions in segments, ascending. */
export type SegmentPositions = ReadonlyMap<TableSegment, readonly number[]>;

interface Version {
  readonly created: number;
  readonly ended: number;
}

/**
 * The lives of the rows that have one of the given versions: rowids, with the transactions that created the versions. An
 * UPDATE ends a version when it creates the next, so that a life goes from version to version without a gap. All rows of
 * the table are in segments. Versions behind its horizon do not count: nobody can read them.
 */
export function livesOf(table: Table, versions: ReadonlyMap<number, ReadonlySet<number>>): RowLives {
  const lives = new Map<number, RowLife[]>();
  for (const [rowid, wanted] of versions) {
    const found: RowLife[] = [];
    let life: { from: number; to: number; isWanted: boolean } | null = null;
    for (const { created, ended } of readableVersions(table, rowid)) {
      if (life === null || life.to !== created) {
        if (life?.isWanted) found.push(life);
        life = { from: created, to: ended, isWanted: false };
      }
      life.to = ended;
      life.isWanted ||= wanted.has(created);
    }
    if (life?.isWanted) found.push(life);
    lives.set(rowid, found);
  }
  return lives;
}

/** Where the versions lie that belong to those lives. */
export function positionsOf(table: Table, lives: RowLives): SegmentPositions {
  const positions = new Map<TableSegment, number[]>();
  for (const segment of table.segments) {
    const found: number[] = [];
    for (const [rowid, spans] of lives) {
      for (const position of positionsOfRow(segment, rowid)) {
        const created = segment.reader.createdAt(position);
        if (spans.some(({ from, to }) => created >= from && created < to)) found.push(position);
      }
    }
    if (found.length > 0)
      positions.set(
        segment,
        found.sort((a, b) => a - b),
      );
  }
  return positions;
}

function readableVersions(table: Table, rowid: number): readonly Version[] {
  const versions: Version[] = [];
  for (const segment of table.segments) {
    for (const position of positionsOfRow(segment, rowid)) {
      const ended = segment.endedAt(position);
      if (ended > table.oldestReadable) versions.push({ created: segment.reader.createdAt(position), ended });
    }
  }
  return versions.sort((a, b) => a.created - b.created);
}

function* positionsOfRow({ reader }: TableSegment, rowid: number): Generator<number> {
  const { minRowid, maxRowid } = reader.meta;
  const first = rowid < minRowid || rowid > maxRowid ? -1 : reader.findRowid(rowid);
  if (first < 0) return;
  const end = reader.rowidRunEnd(first);
  for (let position = first; position < end; position++) yield position;
}
