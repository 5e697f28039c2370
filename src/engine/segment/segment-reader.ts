import { assert } from '../../base/assert.ts';
import { ByteReader } from '../../base/bytes.ts';
import { lowerBound } from '../../base/lower-bound.ts';
import type { StorageFile } from '../../storage/storage.ts';
import type { BlockCache } from '../cache/block-cache.ts';
import type { CacheShelf } from '../cache/cache-shelf.ts';
import { lowerBoundByAnchors } from '../column/encodings/delta.ts';
import { STORED_ENCODINGS } from '../column/encodings/late-parts.ts';
import { ByteStrings } from '../column/encodings/texts.ts';
import type { ColumnValue } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import type { VectorRoom } from '../column/vector-room.ts';
import { BlockLoader } from './block-loader.ts';
import { type ColumnEntry, readDirectory, type SegmentDirectory } from './directory.ts';
import { SEGMENT_CHECKS } from './late-parts.ts';
import { type Permutation, StoredPermutation } from './permutation.ts';
import { SegmentBytes } from './segment-bytes.ts';
import {
  CREATED_ID,
  columnName,
  ENDED_ID,
  ROWID_ID,
  type SegmentMeta,
  type SegmentProblem,
  type ZoneMap,
} from './segment-format.ts';
import { mergeZoneMaps } from './zone-map.ts';

/** A column as opened: what the directory says, and its blocks. */
export interface OpenColumn {
  readonly entry: ColumnEntry;
  readonly dictionary: readonly string[] | null;
  readonly blocks: BlockLoader;
  readonly zone: ZoneMap;
}

/**
 * Reads one segment. Opening reads nothing: the directory and the dictionaries come when first needed and stay, blocks
 * go through the cache. Rows are named by position, 0 to rowCount - 1; columns and indexes by their ids. Every method
 * that reads throws CORRUPT where the file is damaged.
 */
export class SegmentReader {
  readonly meta: SegmentMeta;
  readonly rowCount: number;
  readonly blockCount: number;
  private readonly bytes: SegmentBytes;
  readonly cache: BlockCache;
  /** Position of a rowid is rowid - minRowid. */
  readonly isDense: boolean;
  private loadedDirectory: SegmentDirectory | null = null;
  private readonly columns = new Map<number, OpenColumn>();
  /** What others keep in the cache that is made of the segment's blocks. */
  readonly shelves: CacheShelf<object>[] = [];
  private readonly permutations = new Map<number, { permutation: Permutation; blocks: BlockLoader }>();

  constructor(file: StorageFile, pageSize: number, meta: SegmentMeta, cache: BlockCache) {
    this.meta = meta;
    this.rowCount = meta.rowCount;
    this.blockCount = Math.ceil(meta.rowCount / meta.blockRows);
    this.bytes = new SegmentBytes(file, pageSize, meta);
    this.cache = cache;
    this.isDense = meta.uniqueRowids && meta.maxRowid - meta.minRowid + 1 === meta.rowCount;
  }

  /** Rows of block b: all blocks but the last have the same number. */
  blockRows(b: number): number {
    return Math.min(this.meta.blockRows, this.rowCount - b * this.meta.blockRows);
  }

  /** False when the table gained the column after this segment was written. */
  hasColumn(id: number): boolean {
    return this.columns.has(id) || this.directory().columns.some((column) => column.id === id);
  }

  /** False when the index was created after this segment was written. */
  hasIndex(id: number): boolean {
    return this.permutations.has(id) || this.directory().indexes.some((index) => index.id === id);
  }

  zoneMap(id: number, b: number): ZoneMap {
    return this.open(id).entry.zones[b];
  }

  segmentZoneMap(id: number): ZoneMap {
    return this.open(id).zone;
  }

  /** All rows of block b. Shared with other callers: not to be changed. */
  column(id: number, b: number): ColumnVector {
    return this.open(id).blocks.vector(b);
  }

  /**
   * Like {@link column}, for who reads more than the cache has room for: in `room`, unless it is at hand. `drops`: nothing
   * of it stays, for who reads all blocks in their order and replaces them.
   */
  columnIn(id: number, b: number, room: VectorRoom, drops = true): ColumnVector {
    return this.open(id).blocks.vectorIn(b, room, drops);
  }

  /** The distinct texts of a column in code point order, the same array for every block; null where it has none. */
  dictionary(id: number): readonly string[] | null {
    return this.open(id).dictionary;
  }

  valueAt(id: number, position: number): ColumnValue {
    const { blockRows } = this.meta;
    const b = Math.floor(position / blockRows);
    return this.open(id).blocks.valueAt(b, position - b * blockRows);
  }

  rowidAt(position: number): number {
    return this.isDense ? this.meta.minRowid + position : (this.valueAt(ROWID_ID, position) as number);
  }

  createdAt(position: number): number {
    const { minCreated, maxCreated } = this.meta;
    return minCreated === maxCreated ? minCreated : (this.valueAt(CREATED_ID, position) as number);
  }

  /** 0 for a row that had not ended when the segment was written. */
  endedAt(position: number): number {
    const { minEnded, maxEnded } = this.meta;
    return minEnded === maxEnded ? minEnded : (this.valueAt(ENDED_ID, position) as number);
  }

  /** The first position whose rowid is not below the given one; rowCount when all are. */
  lowerBoundRowid(rowid: number): number {
    const { minRowid, maxRowid, blockRows } = this.meta;
    if (rowid <= minRowid) return 0;
    if (rowid > maxRowid) return this.rowCount;
    if (this.isDense) return Math.ceil(rowid) - minRowid;
    const { entry, blocks } = this.open(ROWID_ID);
    // The first block that ends at or beyond the rowid.
    const b = lowerBound(entry.zones.length - 1, (k) => (entry.zones[k].max as number) < rowid);
    const rowids = blocks.values(b);
    return b * blockRows + lowerBoundByAnchors(this.blockRows(b), (i) => (rowids.at(i) as number) < rowid);
  }

  /** The first position of a rowid, -1 where the segment has none. */
  findRowid(rowid: number): number {
    const { minRowid, maxRowid } = this.meta;
    if (!(rowid >= minRowid && rowid <= maxRowid)) return -1;
    const position = this.lowerBoundRowid(rowid);
    return this.rowidAt(position) === rowid ? position : -1;
  }

  /** The position behind the rows that share the rowid of the row at `position`. */
  rowidRunEnd(position: number): number {
    let end = position + 1;
    if (this.meta.uniqueRowids) return end;
    const rowid = this.rowidAt(position);
    while (end < this.rowCount && this.rowidAt(end) === rowid) end++;
    return end;
  }

  permutation(indexId: number): Permutation {
    return this.openPermutation(indexId).permutation;
  }

  /** Reads everything, past the cache, and says what is wrong with it. */
  verify(): readonly SegmentProblem[] {
    return SEGMENT_CHECKS.get().verifySegment(this, this.bytes);
  }

  /** Drops what the cache holds of this segment: nobody will ask again. */
  forget(): void {
    for (const column of this.columns.values()) column.blocks.forget();
    for (const { blocks } of this.permutations.values()) blocks.forget();
    for (const shelf of this.shelves) shelf.forget();
  }

  directory(): SegmentDirectory {
    this.loadedDirectory ??= this.loadDirectory();
    return this.loadedDirectory;
  }

  /** The blocks of an index, for verification. */
  indexBlocks(indexId: number): BlockLoader {
    return this.openPermutation(indexId).blocks;
  }

  open(id: number): OpenColumn {
    const opened = this.columns.get(id);
    if (opened !== undefined) return opened;
    const column = this.openColumn(id);
    this.columns.set(id, column);
    return column;
  }

  private openColumn(id: number): OpenColumn {
    const entry = this.directory().columns.find((column) => column.id === id);
    assert(entry !== undefined, `segment ${this.meta.id} has no column ${id}`);
    const dictionary = entry.dictionary === null ? null : this.loadDictionary(entry);
    const { physical, blocks, zones } = entry;
    const { rowCount, blockRows } = this.meta;
    const run = { name: columnName(id), physical, blocks, rowCount, blockRows, dictionary };
    return { entry, dictionary, blocks: new BlockLoader(this.bytes, run, this.cache), zone: mergeZoneMaps(zones) };
  }

  private loadDictionary(entry: ColumnEntry): readonly string[] {
    const place = entry.dictionary;
    assert(place !== null, 'the column has a dictionary');
    const what = `the dictionary of ${columnName(entry.id)}`;
    const bytes = this.bytes.read(place.offset, place.lengthBytes, place.crc, what);
    const reader = new ByteReader(bytes, this.bytes.nameOf(place.offset, what));
    if (place.isFrontCoded) return STORED_ENCODINGS.get().readFrontCodedTexts(reader, place.entryCount);
    return ByteStrings.read(reader, place.entryCount).texts();
  }

  private openPermutation(indexId: number): { permutation: Permutation; blocks: BlockLoader } {
    const opened = this.permutations.get(indexId);
    if (opened !== undefined) return opened;
    const entry = this.directory().indexes.find((index) => index.id === indexId);
    assert(entry !== undefined, `segment ${this.meta.id} has no index ${indexId}`);
    const { rowCount, blockRows } = this.meta;
    const run = { name: `index ${indexId}`, blocks: entry.blocks, rowCount, blockRows, dictionary: null } as const;
    const blocks = new BlockLoader(this.bytes, { ...run, physical: 'integer' }, this.cache);
    const permutation = new StoredPermutation(rowCount, blockRows, blocks);
    this.permutations.set(indexId, { permutation, blocks });
    return { permutation, blocks };
  }

  private loadDirectory(): SegmentDirectory {
    const { id, directoryOffset, directoryLength, directoryCrc, rowCount, blockRows } = this.meta;
    const what = 'the directory';
    const bytes = this.bytes.read(directoryOffset, directoryLength, directoryCrc, what);
    const directory = readDirectory(bytes, this.bytes.nameOf(directoryOffset, what), id);
    if (directory.rowCount !== rowCount || directory.blockRows !== blockRows) {
      this.bytes.fail(directoryOffset, `a directory of ${directory.rowCount} rows where the manifest says ${rowCount}`);
    }
    return directory;
  }
}
