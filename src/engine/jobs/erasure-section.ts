import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { ERASURE_SECTION, type ManifestSection } from '../manifest/manifest-format.ts';
import type { Erasure } from '../transaction/erasures.ts';

// The manifest's section about an ERASE that is in force and has not been completed: id varint, time in microseconds
// varint, table text, rows varint, versions varint, reason text.

export function writeErasure({ id, erasedAtMicros, table, rows, versions, reason }: Erasure): ManifestSection {
  const writer = new ByteWriter(64);
  writer.varint(id);
  writer.varint(erasedAtMicros);
  writer.text(table);
  writer.varint(rows);
  writer.varint(versions);
  writer.text(reason);
  return { name: ERASURE_SECTION, bytes: writer.bytes().slice() };
}

/** Throws CORRUPT. */
export function readErasure(bytes: Uint8Array, fileName: string): Erasure {
  const reader = new ByteReader(bytes, `${fileName}: manifest, erasure`);
  return {
    id: reader.varint(),
    erasedAtMicros: reader.varint(),
    table: reader.text(),
    rows: reader.varint(),
    versions: reader.varint(),
    reason: reader.text(),
  };
}
