import { ByteReader } from '../../base/bytes.ts';
import { readIntegers } from '../column/encodings/integers.ts';
import type { SegmentMeta } from '../segment/segment-format.ts';
import {
  type CatalogRecord,
  type EndedRows,
  MANIFEST_MAGIC,
  MANIFEST_VERSION,
  type ManifestData,
  type ManifestSection,
  type ManifestSegment,
  type ManifestTable,
} from './manifest-format.ts';

/** Parses a manifest whose CRC is right. Throws CORRUPT, naming the file, where it is none. */
export function readManifest(bytes: Uint8Array, fileName: string): ManifestData {
  const reader = new ByteReader(bytes, `${fileName}: manifest`);
  if (reader.u32() !== MANIFEST_MAGIC) reader.fail('no manifest');
  const version = reader.u16();
  if (version !== MANIFEST_VERSION) reader.fail(`manifest version ${version}`);
  const data: ManifestData = {
    lastTransaction: reader.varint(),
    lastScn: reader.varint(),
    lastCommitMicros: reader.signedVarint(),
    nextObjectId: reader.varint(),
    nextSegmentId: reader.varint(),
    catalog: readList(reader, readCatalogRecord),
    tables: readList(reader, readTable),
    sections: readList(reader, readSection),
  };
  if (reader.remaining > 0) reader.fail('bytes too many');
  return data;
}

function readList<T>(reader: ByteReader, readItem: (reader: ByteReader) => T): T[] {
  const items: T[] = [];
  for (let left = reader.varint(); left > 0; left--) items.push(readItem(reader));
  return items;
}

function readCatalogRecord(reader: ByteReader): CatalogRecord {
  return {
    kind: reader.text(),
    id: reader.varint(),
    name: reader.text(),
    created: reader.varint(),
    ended: reader.varint(),
    definition: reader.text(),
  };
}

function readTable(reader: ByteReader): ManifestTable {
  const tableId = reader.varint();
  const nextRowid = reader.f64();
  // One beyond the last safe integer when that rowid is taken.
  if (!Number.isSafeInteger(nextRowid - 1)) reader.fail('a next rowid out of range');
  return { tableId, nextRowid, segments: readList(reader, readSegment) };
}

/** The place of a segment and what has ended in it: in the manifest, and in the log. */
export function readSegment(reader: ByteReader): ManifestSegment {
  const meta = readMeta(reader);
  return { meta, ended: readEnded(reader, meta.rowCount) };
}

function readMeta(reader: ByteReader): SegmentMeta {
  const id = reader.varint();
  const flags = reader.u8();
  const meta: SegmentMeta = {
    id,
    kind: flags & 1 ? 'history' : 'current',
    uniqueRowids: (flags & 2) !== 0,
    usesStoredEncodings: (flags & 4) !== 0,
    rowCount: reader.varint(),
    blockRows: reader.varint(),
    extent: { firstPage: reader.varint(), pageCount: reader.varint() },
    lengthBytes: reader.varint(),
    minRowid: readRowid(reader),
    maxRowid: readRowid(reader),
    minCreated: reader.varint(),
    maxCreated: reader.varint(),
    minEnded: reader.varint(),
    maxEnded: reader.varint(),
    directoryOffset: reader.varint(),
    directoryLength: reader.varint(),
    directoryCrc: reader.u32(),
  };
  if (meta.rowCount === 0 || meta.blockRows === 0) reader.fail('a segment without rows');
  return meta;
}

function readRowid(reader: ByteReader): number {
  const rowid = reader.f64();
  return Number.isSafeInteger(rowid) ? rowid : reader.fail('a rowid that is no safe integer');
}

function readEnded(reader: ByteReader, rowCount: number): EndedRows {
  const count = reader.varint();
  if (count > rowCount) reader.fail('more rows ended than there are');
  const transactions = new Float64Array(count);
  const positions = new Uint32Array(count);
  if (count === 0) return { positions, transactions };
  const wide = new Float64Array(count);
  readIntegers(reader, count).decodeInto(wide, 0);
  readIntegers(reader, count).decodeInto(transactions, 0);
  let previous = -1;
  for (let i = 0; i < count; i++) {
    if (!(wide[i] > previous && wide[i] < rowCount)) reader.fail('ended rows out of order');
    previous = wide[i];
    positions[i] = previous;
  }
  return { positions, transactions };
}

function readSection(reader: ByteReader): ManifestSection {
  return { name: reader.text(), bytes: reader.blob().slice() };
}
