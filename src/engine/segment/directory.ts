import { ByteReader } from '../../base/bytes.ts';
import { readIntegers } from '../column/encodings/integers.ts';
import { readColumn } from '../column/encodings/registry.ts';
import type { PhysicalKind } from '../column/types.ts';
import { DIRECTORY_MAGIC, PHYSICAL_KINDS, SEGMENT_VERSION, type ZoneMap } from './segment-format.ts';

/** Blocks that lie one after the other. Block b is the bytes [offsets[b], offsets[b + 1]) of the segment. */
export interface BlockRun {
  readonly offsets: Float64Array;
  readonly crcs: Uint32Array;
}

export interface DictionaryPlace {
  readonly isFrontCoded: boolean;
  readonly offset: number;
  readonly lengthBytes: number;
  readonly entryCount: number;
  readonly crc: number;
}

export interface ColumnEntry {
  readonly id: number;
  readonly physical: PhysicalKind;
  readonly dictionary: DictionaryPlace | null;
  readonly blocks: BlockRun;
  /** One for each block. */
  readonly zones: readonly ZoneMap[];
}

export interface IndexEntry {
  readonly id: number;
  readonly blocks: BlockRun;
}

/** Where everything in a segment lies. */
export interface SegmentDirectory {
  readonly rowCount: number;
  readonly blockRows: number;
  readonly columns: readonly ColumnEntry[];
  readonly indexes: readonly IndexEntry[];
}

/** Parses a directory whose CRC is right. `what` names it in errors. Throws CORRUPT. */
export function readDirectory(bytes: Uint8Array, what: string, segmentId: number): SegmentDirectory {
  const reader = new ByteReader(bytes, what);
  if (reader.u32() !== DIRECTORY_MAGIC) reader.fail('no segment directory');
  const version = reader.u16();
  if (version !== SEGMENT_VERSION) reader.fail(`segment version ${version}`);
  const id = reader.varint();
  if (id !== segmentId) reader.fail(`the directory of segment ${id}`);
  const rowCount = reader.varint();
  const blockRows = reader.varint();
  if (rowCount === 0 || blockRows === 0) reader.fail('a segment without rows');
  const columns: ColumnEntry[] = [];
  for (let left = reader.varint(); left > 0; left--) columns.push(readColumnEntry(reader, rowCount, blockRows));
  const indexes: IndexEntry[] = [];
  const blockCount = Math.ceil(rowCount / blockRows);
  for (let left = reader.varint(); left > 0; left--) {
    indexes.push({ id: reader.varint(), blocks: readBlockRun(reader, blockCount) });
  }
  return { rowCount, blockRows, columns, indexes };
}

function readColumnEntry(reader: ByteReader, rowCount: number, blockRows: number): ColumnEntry {
  const blockCount = Math.ceil(rowCount / blockRows);
  const id = reader.signedVarint();
  const physical = PHYSICAL_KINDS[reader.u8()] ?? reader.fail('an unknown kind of column');
  let dictionary: DictionaryPlace | null = null;
  const form = reader.u8();
  if (form > 2) reader.fail(`a dictionary of form ${form}`);
  if (form > 0) {
    dictionary = {
      isFrontCoded: form === 2,
      offset: reader.varint(),
      lengthBytes: reader.varint(),
      entryCount: reader.varint(),
      crc: reader.u32(),
    };
  }
  const blocks = readBlockRun(reader, blockCount);
  const nullCounts = new Float64Array(blockCount);
  readIntegers(reader, blockCount).decodeInto(nullCounts, 0);
  const mins = readColumn(reader, physical, blockCount, null);
  const maxs = readColumn(reader, physical, blockCount, null);
  const zones: ZoneMap[] = [];
  for (let b = 0; b < blockCount; b++) {
    const rows = Math.min(blockRows, rowCount - b * blockRows);
    zones.push({ rowCount: rows, nullCount: nullCounts[b], min: mins.at(b), max: maxs.at(b) });
  }
  return { id, physical, dictionary, blocks, zones };
}

function readBlockRun(reader: ByteReader, blockCount: number): BlockRun {
  const offsets = new Float64Array(blockCount + 1);
  const start = reader.varint();
  readIntegers(reader, blockCount).decodeInto(offsets, 1);
  offsets[0] = start;
  for (let b = 0; b < blockCount; b++) offsets[b + 1] += offsets[b];
  const crcs = new Uint32Array(blockCount);
  for (let b = 0; b < blockCount; b++) crcs[b] = reader.u32();
  return { offsets, crcs };
}
