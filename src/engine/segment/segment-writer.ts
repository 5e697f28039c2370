import { assert } from '../../base/assert.ts';
import { ByteWriter } from '../../base/bytes.ts';
import { crc32c } from '../../base/crc32c.ts';
import { LIMITS } from '../../base/limits.ts';
import { inSteps, type Work } from '../../base/work.ts';
import type { StorageFile } from '../../storage/storage.ts';
import { ChoiceMemory } from '../column/encodings/choice-memory.ts';
import type { OutlinedPlaces } from '../column/encodings/registry.ts';
import { type Effort, storeColumn, storeOutlined } from '../column/encodings/store-column.ts';
import { encodedInSteps, frontCodedInSteps } from '../column/encodings/store-strings.ts';
import { writeEncodedTexts } from '../column/encodings/texts.ts';
import type { LargeValue } from '../column/large-values.ts';
import type { PhysicalKind } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import type { VectorRoom } from '../column/vector-room.ts';
import { type Extent, pagesFor } from '../extent/layout.ts';
import type { BlockRun, ColumnEntry, DictionaryPlace, IndexEntry } from './directory.ts';
import { writeDirectory } from './directory-writer.ts';
import { placesOf, type SeparatedColumn, separateLarge } from './large-rows.ts';
import { zoneMapOf } from './make-zone-map.ts';
import { CREATED_ID, ENDED_ID, ROWID_ID, type SegmentKind, type SegmentMeta, type ZoneMap } from './segment-format.ts';
import { sharedDictionary } from './segment-text.ts';

/** A column of a new segment. `vector` is called once, for all rows in segment order, and what it gives is let go then. */
export interface SegmentColumnSource {
  /** Stable number of the column in its table, 0 or more. */
  readonly id: number;
  readonly physical: PhysicalKind;
  vector(): Work<ColumnVector>;
}

/** A secondary index of a new segment. `permutation` is called once: the positions of all rows, in index order. */
export interface SegmentIndexSource {
  readonly id: number;
  permutation(): Work<Uint32Array>;
}

/** The rows of a new segment, ascending by rowid and then by the transaction that created them. */
export interface SegmentSource {
  readonly id: number;
  readonly kind: SegmentKind;
  readonly rowCount: number;
  readonly rowids: Float64Array;
  readonly created: Float64Array;
  /** The transaction that ended each row; null where none has ended. */
  readonly ended: Float64Array | null;
  /** For codes of texts. */
  readonly codes: VectorRoom;
  readonly columns: readonly SegmentColumnSource[];
  readonly indexes: readonly SegmentIndexSource[];
}

/** A segment ready to be written, wherever that will be. */
export interface SegmentImage {
  /** The segment's bytes, to be written one after the other; large values are fetched when their turn has come. */
  readonly parts: readonly (Uint8Array | LargeValue)[];
  readonly lengthBytes: number;
  readonly summary: Omit<SegmentMeta, 'extent' | 'lengthBytes'>;
}

/** What front coding a dictionary must leave of it at most. */
const FRONT_CODED_ADVANTAGE = 0.8;

/** Writes of less than this are joined: a call to the host costs more than copying. */
const WRITE_BYTES = 1024 * 1024;
/** So many bytes are written in the time in which a value is encoded. */
const WRITTEN_BYTES_PER_VALUE = 64;

/** Encodes a segment, one block of a column at a time. */
export function* buildSegment(source: SegmentSource): Work<SegmentImage> {
  const { rowCount, rowids, created, ended } = source;
  assert(rowCount > 0 && rowCount <= LIMITS.segmentRows, `a segment of ${rowCount} rows`);
  const builder = new SegmentBuilder(rowCount, source.codes);
  yield* builder.addColumn(ROWID_ID, 'integer', { kind: 'number', values: rowids, nulls: null });
  yield* builder.addColumn(CREATED_ID, 'integer', { kind: 'number', values: created, nulls: null });
  if (ended === null) yield* builder.addZeros(ENDED_ID);
  else yield* builder.addColumn(ENDED_ID, 'integer', { kind: 'number', values: ended, nulls: null });
  for (const column of source.columns) yield* builder.addColumn(column.id, column.physical, yield* column.vector());
  for (const index of source.indexes) yield* builder.addIndex(index.id, yield* index.permutation());
  const directory = yield* builder.addDirectory(source.id);
  const [minCreated, maxCreated] = yield* bounds(created, rowCount);
  const [minEnded, maxEnded] = ended === null ? [0, 0] : yield* bounds(ended, rowCount);
  const uniqueRowids = yield* assertSorted(rowids, created, rowCount);
  return {
    parts: builder.parts,
    lengthBytes: builder.lengthBytes,
    summary: {
      id: source.id,
      kind: source.kind,
      rowCount,
      blockRows: LIMITS.blockRows,
      minRowid: rowids[0],
      maxRowid: rowids[rowCount - 1],
      uniqueRowids,
      usesStoredEncodings: builder.usesStoredEncodings,
      minCreated,
      maxCreated,
      minEnded,
      maxEnded,
      ...directory,
    },
  };
}

/** Writes a segment into its extent in few large writes, padded to whole pages. Does not flush. */
export function* storeSegment(
  file: StorageFile,
  pageSize: number,
  extent: Extent,
  image: SegmentImage,
): Work<SegmentMeta> {
  const { lengthBytes, parts, summary } = image;
  assert(extent.pageCount === pagesFor(lengthBytes, pageSize), 'the extent fits the segment');
  let at = extent.firstPage * pageSize;
  const padding = new Uint8Array(extent.pageCount * pageSize - lengthBytes);
  let joined: Uint8Array[] = [];
  let joinedBytes = 0;
  for (const part of pieces([...parts, padding])) {
    joined.push(part);
    joinedBytes += part.length;
    if (joinedBytes < WRITE_BYTES && part !== padding) continue;
    if (joinedBytes > 0) file.write(joined.length === 1 ? part : concatenated(joined, joinedBytes), at);
    at += joinedBytes;
    if (part !== padding) yield joinedBytes / WRITTEN_BYTES_PER_VALUE;
    joined = [];
    joinedBytes = 0;
  }
  return { ...summary, extent, lengthBytes };
}

/** The bytes of the parts, none of them much longer than what is written at once. */
function* pieces(parts: SegmentImage['parts']): Generator<Uint8Array, void, void> {
  for (const part of parts) {
    const bytes = part instanceof Uint8Array ? part : part.bytes();
    let from = 0;
    for (; bytes.length - from > 2 * WRITE_BYTES; from += WRITE_BYTES) yield bytes.subarray(from, from + WRITE_BYTES);
    yield from === 0 ? bytes : bytes.subarray(from);
  }
}

function concatenated(parts: readonly Uint8Array[], lengthBytes: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function effortFor(rowCount: number): Effort {
  if (rowCount < LIMITS.searchedSegmentRows) return 'quick';
  return rowCount < LIMITS.deflatedSegmentRows ? 'search' : 'deflate';
}

class SegmentBuilder {
  readonly parts: (Uint8Array | LargeValue)[] = [];
  lengthBytes = 0;
  usesStoredEncodings = false;
  private readonly rowCount: number;
  private readonly codes: VectorRoom;
  private readonly effort: Effort;
  private readonly columns: ColumnEntry[] = [];
  private readonly indexes: IndexEntry[] = [];
  private readonly writer = new ByteWriter(64 * 1024);

  constructor(rowCount: number, codes: VectorRoom) {
    this.rowCount = rowCount;
    this.codes = codes;
    this.effort = effortFor(rowCount);
  }

  *addColumn(id: number, physical: PhysicalKind, vector: ColumnVector): Work<void> {
    const separated = yield* separateLarge(vector, this.rowCount);
    if (separated !== null) {
      yield* this.addColumnWithLarge(id, physical, separated);
      return;
    }
    const shared = physical === 'text' ? yield* sharedDictionary(vector, this.rowCount, this.codes) : null;
    const dictionary = shared === null ? null : yield* this.addDictionary(shared.dictionary);
    const stored = shared ?? vector;
    const zones: ZoneMap[] = [];
    const memory = new ChoiceMemory();
    const options = { shared: shared !== null, effort: this.effort };
    const blocks = yield* this.addBlocks((writer, from, to) => {
      zones.push(zoneMapOf(physical, stored, from, to, options.shared));
      return storeColumn(writer, physical, stored, from, to, memory, options);
    });
    this.columns.push({ id, physical, dictionary, blocks, zones });
  }

  /** A column of integers that are all 0. */
  *addZeros(id: number): Work<void> {
    const zeros: ColumnVector = { kind: 'number', values: new Float64Array(LIMITS.blockRows), nulls: null };
    const zones: ZoneMap[] = [];
    const memory = new ChoiceMemory();
    const options = { shared: false, effort: this.effort };
    const blocks = yield* this.addBlocks((writer, from, to) => {
      zones.push(zoneMapOf('integer', zeros, 0, to - from, false));
      return storeColumn(writer, 'integer', zeros, 0, to - from, memory, options);
    });
    this.columns.push({ id, physical: 'integer', dictionary: null, blocks, zones });
  }

  /** First the large values, block by block, then the blocks. */
  private *addColumnWithLarge(id: number, physical: PhysicalKind, { vector, large }: SeparatedColumn): Work<void> {
    const places: (OutlinedPlaces | null)[] = [];
    for (let from = 0; from < this.rowCount; from += LIMITS.blockRows) {
      const place = placesOf(large, from, Math.min(this.rowCount, from + LIMITS.blockRows), this.lengthBytes);
      for (const value of place?.values ?? []) this.add(value);
      places.push(place);
    }
    const zones: ZoneMap[] = [];
    const memory = new ChoiceMemory();
    const { effort } = this;
    const blocks = yield* this.addBlocks((writer, from, to) => {
      const place = places[from / LIMITS.blockRows];
      const zone = zoneMapOf(physical, vector, from, to, false);
      zones.push(place === null ? zone : { ...zone, min: null, max: null });
      return place === null
        ? storeColumn(writer, physical, vector, from, to, memory, { shared: false, effort })
        : storeOutlined(writer, physical, vector, from, to, memory, place, effort);
    });
    this.columns.push({ id, physical, dictionary: null, blocks, zones });
  }

  *addIndex(id: number, permutation: Uint32Array): Work<void> {
    assert(permutation.length === this.rowCount, 'an index names every row');
    const positions = new Float64Array(LIMITS.blockRows);
    const memory = new ChoiceMemory();
    const options = { shared: false, effort: this.effort };
    const blocks = yield* this.addBlocks((writer, from, to) => {
      positions.set(permutation.subarray(from, to));
      const vector = { kind: 'number', values: positions, nulls: null } as const;
      return storeColumn(writer, 'integer', vector, 0, to - from, memory, options);
    });
    this.indexes.push({ id, blocks });
  }

  *addDirectory(segmentId: number): Work<Pick<SegmentMeta, 'directoryOffset' | 'directoryLength' | 'directoryCrc'>> {
    const { rowCount, columns, indexes } = this;
    const bytes = yield* writeDirectory(segmentId, { rowCount, blockRows: LIMITS.blockRows, columns, indexes });
    const directoryOffset = this.add(bytes);
    return { directoryOffset, directoryLength: bytes.length, directoryCrc: crc32c(bytes) };
  }

  private note(isLate: boolean): void {
    this.usesStoredEncodings ||= isLate;
  }

  private *addDictionary(entries: readonly string[]): Work<DictionaryPlace> {
    const encoded = yield* encodedInSteps(entries);
    this.writer.clear();
    writeEncodedTexts(this.writer, encoded);
    const plain = this.writer.bytes().slice();
    yield entries.length;
    const shortened = this.effort === 'quick' ? null : yield* frontCodedInSteps(encoded, new ChoiceMemory());
    const isFrontCoded = shortened !== null && shortened.length < plain.length * FRONT_CODED_ADVANTAGE;
    this.note(isFrontCoded);
    const bytes = isFrontCoded ? shortened : plain;
    const entryCount = entries.length;
    return { isFrontCoded, offset: this.add(bytes), lengthBytes: bytes.length, entryCount, crc: crc32c(bytes) };
  }

  /** `encode` is done with a block when its work is, and says whether reading it takes the encodings of segments. */
  private *addBlocks(encode: (writer: ByteWriter, from: number, to: number) => Work<boolean>): Work<BlockRun> {
    const blockCount = Math.ceil(this.rowCount / LIMITS.blockRows);
    const offsets = new Float64Array(blockCount + 1);
    const crcs = new Uint32Array(blockCount);
    this.writer.clear();
    offsets[0] = this.lengthBytes;
    for (let b = 0; b < blockCount; b++) {
      const start = this.writer.length;
      const from = b * LIMITS.blockRows;
      const to = Math.min(this.rowCount, from + LIMITS.blockRows);
      this.note(yield* encode(this.writer, from, to));
      crcs[b] = crc32c(this.writer.bytes(), 0, start);
      offsets[b + 1] = this.lengthBytes + this.writer.length;
      yield to - from;
    }
    this.add(this.writer.bytes().slice());
    return { offsets, crcs };
  }

  /** Appends bytes and returns their offset from the segment's start. */
  private add(part: Uint8Array | LargeValue): number {
    const offset = this.lengthBytes;
    this.parts.push(part);
    this.lengthBytes += part instanceof Uint8Array ? part.length : part.lengthBytes;
    return offset;
  }
}

function* bounds(values: Float64Array, count: number): Work<[number, number]> {
  let min = values[0];
  let max = min;
  yield* inSteps(count, (from, to) => {
    for (let i = from; i < to; i++) {
      if (values[i] < min) min = values[i];
      if (values[i] > max) max = values[i];
    }
  });
  return [min, max];
}

/** Checks the order that readers search by; true when no rowid occurs twice. */
function* assertSorted(rowids: Float64Array, created: Float64Array, count: number): Work<boolean> {
  let unique = true;
  let sorted = true;
  yield* inSteps(count, (from, to) => {
    for (let i = Math.max(1, from); i < to; i++) {
      if (rowids[i] === rowids[i - 1]) {
        unique = false;
        if (created[i] < created[i - 1]) sorted = false;
      } else if (!(rowids[i] > rowids[i - 1])) {
        sorted = false;
      }
    }
  });
  assert(sorted, 'the rows of a segment ascend by rowid and creation');
  return unique;
}
