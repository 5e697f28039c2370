import { assert } from '../../base/assert.ts';
import { ByteWriter } from '../../base/bytes.ts';
import { writeIntegers } from '../column/encodings/integers.ts';
import type { SegmentMeta } from '../segment/segment-format.ts';
import {
  type CatalogRecord,
  type EndedRows,
  MANIFEST_MAGIC,
  MANIFEST_VERSION,
  type ManifestData,
  type ManifestSegment,
  type ManifestTable,
} from './manifest-format.ts';

/** The manifest's bytes. The same data gives the same bytes. */
export function writeManifest(data: ManifestData): Uint8Array {
  const writer = new ByteWriter(4096);
  writer.u32(MANIFEST_MAGIC);
  writer.u16(MANIFEST_VERSION);
  writer.varint(data.lastTransaction);
  writer.varint(data.lastScn);
  writer.signedVarint(data.lastCommitMicros);
  writer.varint(data.nextObjectId);
  writer.varint(data.nextSegmentId);
  writer.varint(data.catalog.length);
  for (const record of data.catalog) writeCatalogRecord(writer, record);
  writer.varint(data.tables.length);
  for (const table of data.tables) writeTable(writer, table);
  writer.varint(data.sections.length);
  for (const section of data.sections) {
    writer.text(section.name);
    writer.blob(section.bytes);
  }
  return writer.bytes().slice();
}

function writeCatalogRecord(writer: ByteWriter, record: CatalogRecord): void {
  writer.text(record.kind);
  writer.varint(record.id);
  writer.text(record.name);
  writer.varint(record.created);
  writer.varint(record.ended);
  writer.text(record.definition);
}

function writeTable(writer: ByteWriter, table: ManifestTable): void {
  writer.varint(table.tableId);
  writer.f64(table.nextRowid);
  writer.varint(table.segments.length);
  for (const segment of table.segments) writeSegment(writer, segment);
}

/** What {@link readSegment} in manifest-reader.ts reads: in the manifest, and in the log. */
export function writeSegment(writer: ByteWriter, { meta, ended }: ManifestSegment): void {
  writeMeta(writer, meta);
  writeEnded(writer, ended);
}

function writeMeta(writer: ByteWriter, meta: SegmentMeta): void {
  writer.varint(meta.id);
  writer.u8((meta.kind === 'history' ? 1 : 0) | (meta.uniqueRowids ? 2 : 0) | (meta.usesStoredEncodings ? 4 : 0));
  writer.varint(meta.rowCount);
  writer.varint(meta.blockRows);
  writer.varint(meta.extent.firstPage);
  writer.varint(meta.extent.pageCount);
  writer.varint(meta.lengthBytes);
  // Rowids may be any safe integers, more than varints hold.
  writer.f64(meta.minRowid);
  writer.f64(meta.maxRowid);
  writer.varint(meta.minCreated);
  writer.varint(meta.maxCreated);
  writer.varint(meta.minEnded);
  writer.varint(meta.maxEnded);
  writer.varint(meta.directoryOffset);
  writer.varint(meta.directoryLength);
  writer.u32(meta.directoryCrc);
}

function writeEnded(writer: ByteWriter, ended: EndedRows): void {
  const { positions, transactions } = ended;
  assert(positions.length === transactions.length, 'every ended row has a transaction');
  writer.varint(positions.length);
  if (positions.length === 0) return;
  writeIntegers(writer, Float64Array.from(positions), 0, positions.length);
  writeIntegers(writer, transactions, 0, transactions.length);
}
