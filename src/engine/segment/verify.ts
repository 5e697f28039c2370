import { HeliosError } from '../../base/errors.ts';
import { compareText } from '../column/compare.ts';
import type { ColumnVector } from '../column/vector.ts';
import { contradicts, zoneMapOf } from './make-zone-map.ts';
import type { SegmentBytes } from './segment-bytes.ts';
import { CREATED_ID, columnName, ENDED_ID, ROWID_ID, type SegmentMeta, type SegmentProblem } from './segment-format.ts';
import type { SegmentReader } from './segment-reader.ts';

/** Damage of one piece can repeat in each of its blocks; a report of this many is long enough. */
const MAX_PROBLEMS = 100;

/** Reads every block of a segment from the file and checks all that readers rely on. */
export function verifySegment(segment: SegmentReader, bytes: SegmentBytes): readonly SegmentProblem[] {
  return new Verification(segment, bytes).run();
}

class Verification {
  private readonly segment: SegmentReader;
  private readonly bytes: SegmentBytes;
  private readonly problems: SegmentProblem[] = [];

  constructor(segment: SegmentReader, bytes: SegmentBytes) {
    this.segment = segment;
    this.bytes = bytes;
  }

  run(): readonly SegmentProblem[] {
    const { meta } = this.segment;
    const directory = this.attempt(meta.directoryOffset, () => this.segment.directory());
    if (directory === null) return this.problems;
    for (const column of directory.columns) this.checkColumn(column.id);
    this.checkOrder();
    for (const index of directory.indexes) this.checkIndex(index.id);
    return this.problems;
  }

  private checkColumn(id: number): void {
    const entry = this.segment.directory().columns.find((column) => column.id === id);
    if (entry === undefined) return;
    const { offsets } = entry.blocks;
    const column = this.attempt(entry.dictionary?.offset ?? offsets[0], () => this.segment.open(id));
    if (column === null) return;
    const { dictionary } = column;
    if (dictionary !== null && !ascending(dictionary)) {
      this.report(entry.dictionary?.offset ?? 0, `the dictionary of ${columnName(id)} is out of order`);
    }
    for (let b = 0; b < this.segment.blockCount; b++) {
      const vector = this.attempt(offsets[b], () => column.blocks.decodeFromFile(b));
      if (vector === null) continue;
      if (vector.kind === 'value')
        for (const value of vector.large?.values() ?? []) this.attempt(offsets[b], value.value);
      const rows = this.segment.blockRows(b);
      const actual = zoneMapOf(entry.physical, vector, 0, rows, dictionary !== null);
      if (contradicts(entry.zones[b], actual)) {
        this.report(offsets[b], `the zone map of ${columnName(id)}, block ${b} does not describe its values`);
      }
    }
  }

  /** Rows ascend by rowid, then creation; and the manifest's bounds are those of the columns. */
  private checkOrder(): void {
    const { segment } = this;
    const at = segment.directory().columns.find((column) => column.id === ROWID_ID)?.blocks.offsets[0] ?? 0;
    const rowids = new Float64Array(segment.rowCount);
    const created = new Float64Array(segment.rowCount);
    const ended = new Float64Array(segment.rowCount);
    const complete =
      this.collect(ROWID_ID, rowids) && this.collect(CREATED_ID, created) && this.collect(ENDED_ID, ended);
    if (!complete) return;
    if (!inOrder(rowids, created, segment.meta.uniqueRowids)) this.report(at, 'rows are out of order');
    if (!withinMeta(segment.meta, rowids, created, ended)) {
      this.report(at, 'rowids or transactions lie outside of the bounds in the manifest');
    }
  }

  /** All values of a system column; false, and reported before, where some cannot be read. */
  private collect(id: number, out: Float64Array): boolean {
    for (let b = 0; b < this.segment.blockCount; b++) {
      const vector = attemptQuietly(() => this.segment.open(id).blocks.decodeFromFile(b));
      if (vector === null || vector.kind !== 'number') return false;
      out.set(vector.values, b * this.segment.meta.blockRows);
    }
    return true;
  }

  private checkIndex(indexId: number): void {
    const entry = this.segment.directory().indexes.find((index) => index.id === indexId);
    if (entry === undefined) return;
    const { offsets } = entry.blocks;
    const seen = new Uint8Array(this.segment.rowCount);
    let valid = true;
    for (let b = 0; b < this.segment.blockCount; b++) {
      const vector = this.attempt(offsets[b], () => this.segment.indexBlocks(indexId).decodeFromFile(b));
      if (vector === null) return;
      if (!markPositions(vector, seen)) valid = false;
    }
    if (!valid) this.report(offsets[0], `index ${indexId} does not name every row once`);
  }

  private attempt<T>(offset: number, read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof HeliosError) || error.code !== 'CORRUPT') throw error;
      this.report(offset, error.message);
      return null;
    }
  }

  private report(offset: number, what: string): void {
    if (this.problems.length >= MAX_PROBLEMS) return;
    this.problems.push({ file: this.bytes.fileName, offset: this.bytes.start + offset, what });
  }
}

function attemptQuietly<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof HeliosError && error.code === 'CORRUPT') return null;
    throw error;
  }
}

function ascending(dictionary: readonly string[]): boolean {
  for (let i = 1; i < dictionary.length; i++) if (compareText(dictionary[i - 1], dictionary[i]) >= 0) return false;
  return true;
}

function inOrder(rowids: Float64Array, created: Float64Array, unique: boolean): boolean {
  for (let i = 1; i < rowids.length; i++) {
    if (rowids[i] > rowids[i - 1]) continue;
    if (unique || rowids[i] !== rowids[i - 1] || created[i] < created[i - 1]) return false;
  }
  return true;
}

function withinMeta(meta: SegmentMeta, rowids: Float64Array, created: Float64Array, ended: Float64Array): boolean {
  if (rowids[0] !== meta.minRowid || rowids[rowids.length - 1] !== meta.maxRowid) return false;
  for (let i = 0; i < created.length; i++) {
    if (created[i] < meta.minCreated || created[i] > meta.maxCreated) return false;
    if (ended[i] < meta.minEnded || ended[i] > meta.maxEnded) return false;
  }
  return true;
}

/** Marks the positions that a block of a permutation names; false where one is no position or named already. */
function markPositions(vector: ColumnVector, seen: Uint8Array): boolean {
  if (vector.kind !== 'number') return false;
  for (const position of vector.values) {
    if (!(position >= 0 && position < seen.length) || seen[position] === 1) return false;
    seen[position] = 1;
  }
  return true;
}
