import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import type { SegmentMeta } from '../segment/segment-format.ts';

// The manifest: everything about a database that is not rows, written anew by each checkpoint into an extent of its own.
// The superblock holds its place and its CRC-32C. Byte table: docs/file-format.md.

/** First bytes: "HDMF". */
export const MANIFEST_MAGIC = 0x464d4448;
export const MANIFEST_VERSION = 1;

export interface ManifestData {
  /** The newest transaction whose changes the segments hold, and the newest change number. */
  readonly lastTransaction: number;
  readonly lastScn: number;
  /** Commit time of lastTransaction in microseconds since 1970 UTC. */
  readonly lastCommitMicros: number;
  readonly nextObjectId: number;
  readonly nextSegmentId: number;
  readonly catalog: readonly CatalogRecord[];
  readonly tables: readonly ManifestTable[];
  /** What other parts keep, by name; the manifest does not look inside. */
  readonly sections: readonly ManifestSection[];
}

/** One version of a table, index or whatever else has a definition. */
export interface CatalogRecord {
  readonly kind: string;
  readonly id: number;
  readonly name: string;
  readonly created: number;
  /** The transaction that dropped or replaced it; 0 while it lives. */
  readonly ended: number;
  /** JSON. */
  readonly definition: string;
}

export interface ManifestTable {
  readonly tableId: number;
  readonly nextRowid: number;
  readonly segments: readonly ManifestSegment[];
}

export interface ManifestSegment {
  readonly meta: SegmentMeta;
  readonly ended: EndedRows;
}

/** Rows of a current segment that have ended since it was written: ascending positions, and the transactions. */
export interface EndedRows {
  readonly positions: Uint32Array;
  readonly transactions: Float64Array;
}

export interface ManifestSection {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const HORIZON = 'horizon';

/** The name of the section about rows that are erased, and whose traces are not yet. */
export const ERASURE_SECTION = 'erasure';

/** The oldest transaction whose state the segments still hold, as of later ones: of the database, and of tables that differ. */
export interface Horizons {
  readonly database: number;
  /** By the table's id. */
  readonly tables: ReadonlyMap<number, number>;
}

export function horizonSection({ database, tables }: Horizons): ManifestSection {
  const writer = new ByteWriter(16);
  writer.varint(database);
  for (const [id, transaction] of tables) {
    writer.varint(id);
    writer.varint(transaction);
  }
  return { name: HORIZON, bytes: writer.bytes().slice() };
}

/** 0, the state before all transactions, where the manifest does not say. Throws CORRUPT. */
export function horizonsIn({ sections }: ManifestData, fileName: string): Horizons {
  const section = sections.find(({ name }) => name === HORIZON);
  const tables = new Map<number, number>();
  if (section === undefined) return { database: 0, tables };
  const reader = new ByteReader(section.bytes, `${fileName}: manifest, horizon`);
  const database = reader.varint();
  while (reader.remaining > 0) tables.set(reader.varint(), reader.varint());
  return { database, tables };
}
