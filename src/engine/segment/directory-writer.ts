import { ByteWriter } from '../../base/bytes.ts';
import type { Work } from '../../base/work.ts';
import { writeIntegers } from '../column/encodings/integers.ts';
import { encodeColumn } from '../column/encodings/registry.ts';
import type { BlockRun, ColumnEntry, SegmentDirectory } from './directory.ts';
import { vectorOfBounds } from './make-zone-map.ts';
import { DIRECTORY_MAGIC, PHYSICAL_KINDS, SEGMENT_VERSION } from './segment-format.ts';

export function* writeDirectory(segmentId: number, directory: SegmentDirectory): Work<Uint8Array> {
  const writer = new ByteWriter(4096);
  writer.u32(DIRECTORY_MAGIC);
  writer.u16(SEGMENT_VERSION);
  writer.varint(segmentId);
  writer.varint(directory.rowCount);
  writer.varint(directory.blockRows);
  writer.varint(directory.columns.length);
  for (const column of directory.columns) {
    writeColumnEntry(writer, column);
    yield column.zones.length;
  }
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
  writer.u8(dictionary === null ? 0 : dictionary.isFrontCoded ? 2 : 1);
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
