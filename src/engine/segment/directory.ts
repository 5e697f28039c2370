import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { readIntegers, writeIntegers } from '../column/encodings/integers.ts';
import { encodeColumn, readColumn } from '../column/encodings/registry.ts';
import type { PhysicalKind } from '../column/types.ts';
import { DIRECTORY_MAGIC, PHYSICAL_KINDS, SEGMENT_VERSION, type ZoneMap } from './segment-format.ts';
import { vectorOfBounds } from './zone-map.ts';

/** Blocks that lie one after the other. Block b is the bytes [offsets[b], offsets[b + 1]) of the segment. */
export interface BlockRun {
  readonly offsets: Float64Array;
  readonly crcs: Uint32Array;
}

export interface DictionaryPlace {
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

export function writeDirectory(segmentId: number, directory: SegmentDirectory): Uint8Array {
  const writer = new ByteWriter(4096);
  writer.u32(DIRECTORY_MAGIC);
  writer.u16(SEGMENT_VERSION);
  writer.varint(segmentId);
  writer.varint(directory.rowCount);
  writer.varint(directory.blockRows);
  writer.varint(directory.columns.length);
  for (const column of directory.columns) writeColumnEntry(writer, column);
  writer.varint(directory.indexes.length);
  for (const index of directory.indexes) {
    writer.varint(index.id);
    writeBlockRun(writer, index.blocks);
  }
  return writer.bytes().slice();
}

function writeColumnEntry(writer: ByteWriter, column: ColumnEntry): void {
  writer.signedVarint(column.id);
  writer.u8(PHYSICAL_KINDS.indexOf(column.physical));
  const { dictionary, zones } = column;
  writer.u8(dictionary === null ? 0 : 1);
  if (dictionary !== null) {
    writer.varint(dictionary.offset);
    writer.varint(dictionary.lengthBytes);
    writer.varint(dictionary.entryCount);
    writer.u32(dictionary.crc);
  }
  writeBlockRun(writer, column.blocks);
  const nullCounts = Float64Array.from(zones, (zone) => zone.nullCount);
  writeIntegers(writer, nullCounts, 0, zones.length);
  const mins = zones.map((zone) => zone.min);
  const maxs = zones.map((zone) => zone.max);
  encodeColumn(writer, column.physical, vectorOfBounds(column.physical, mins), 0, zones.length);
  encodeColumn(writer, column.physical, vectorOfBounds(column.physical, maxs), 0, zones.length);
}

function writeBlockRun(writer: ByteWriter, run: BlockRun): void {
  writer.varint(run.offsets[0]);
  const lengths = new Float64Array(run.crcs.length);
  for (let b = 0; b < lengths.length; b++) lengths[b] = run.offsets[b + 1] - run.offsets[b];
  writeIntegers(writer, lengths, 0, lengths.length);
  for (const crc of run.crcs) writer.u32(crc);
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
  if (reader.u8() === 1) {
    dictionary = {
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
