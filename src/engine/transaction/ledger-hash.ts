import { ByteWriter } from '../../base/bytes.ts';
import { Sha256 } from '../../base/sha256.ts';
import type { TableDefinition } from '../catalog/definitions.ts';
import { type ColumnValue, type PhysicalKind, physicalKind } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import { LOCATION_SOURCE, ROWID_COLUMN, type RowLocation } from '../table/access.ts';
import { columnValueAt } from '../table/delta-column.ts';
import { LocatedRows } from '../table/located-rows.ts';
import type { LocatedIn } from '../table/merged-rowids.ts';

/** What the first link of a chain follows. */
export const FIRST_HASH = new Uint8Array(32);

/** 1: the version that a transaction ended. 2: the one that it left. */
export type ChangeTag = 1 | 2;

/** A version that a transaction ended, or left. */
export interface LedgerChange {
  readonly rowid: number;
  readonly tag: ChangeTag;
  readonly location: RowLocation;
}

/** Changes whose values are read together: the columns of so many rows are in memory. */
const CHANGES_AT_ONCE = 1024;
/** Bytes that are hashed together: few calls, and little memory. */
const HASHED_BYTES = 16 * 1024;

export interface LinkHeader {
  readonly previous: Uint8Array;
  readonly transaction: number;
  readonly commitMicros: number;
}

/**
 * A link of the chain: SHA-256 of the previous link (32 bytes), the transaction and its commit time (u64 each), and of each
 * change its tag (u8), rowid (u64 of the low bits, two's complement) and columns. `changes`: by rowid, an ended version
 * before the one that follows it, which has nothing to do with how they lie. `definition`: as the transaction left it.
 * null: there are no changes.
 */
export function linkHash(
  { previous, transaction, commitMicros }: LinkHeader,
  changes: Iterable<LedgerChange>,
  definition: TableDefinition,
  located: LocatedIn,
): Uint8Array | null {
  const hash = new Sha256().update(previous);
  const writer = new ByteWriter(256);
  writer.u64(transaction);
  writer.u64(commitMicros);
  hash.update(writer.bytes());
  const chunk = new ChangesAtOnce(definition, located);
  let isEmpty = true;
  for (const change of changes) {
    isEmpty = false;
    chunk.add(change);
    if (chunk.count === CHANGES_AT_ONCE) chunk.hashInto(hash);
  }
  chunk.hashInto(hash);
  return isEmpty ? null : hash.digest();
}

/** Some changes, of which the versions that lie together are read together, column by column. */
class ChangesAtOnce {
  count = 0;
  private readonly columns: readonly { readonly stored: number; readonly physical: PhysicalKind }[];
  private readonly located: LocatedIn;
  private readonly changes: LedgerChange[] = [];
  private readonly writer = new ByteWriter(256);

  constructor(definition: TableDefinition, located: LocatedIn) {
    this.located = located;
    this.columns = definition.columns.map(({ type }, column) => ({
      stored: column === definition.rowidColumn ? ROWID_COLUMN : column,
      physical: physicalKind(type.kind),
    }));
  }

  /** The change may be another one afterwards. */
  add({ rowid, tag, location }: LedgerChange): void {
    this.changes[this.count++] = { rowid, tag, location };
  }

  /** Forgets them then. */
  hashInto(hash: Sha256): void {
    const { columns, writer, changes, count } = this;
    const read = this.vectorsBySource();
    const next = new Map<number, number>();
    for (let i = 0; i < count; i++) {
      const { tag, rowid, location } = changes[i];
      const source = sourceOf(location);
      const row = next.get(source) ?? 0;
      next.set(source, row + 1);
      const vectors = read.get(source) as readonly ColumnVector[];
      writer.u8(tag);
      writer.u64(rowid);
      for (let c = 0; c < columns.length; c++) writeValue(writer, columns[c].physical, columnValueAt(vectors[c], row));
      if (writer.length < HASHED_BYTES && i < count - 1) continue;
      hash.update(writer.bytes());
      writer.clear();
    }
    this.count = 0;
  }

  private vectorsBySource(): ReadonlyMap<number, readonly ColumnVector[]> {
    const { located, columns, changes, count } = this;
    const locations = new Map<number, number[]>();
    for (let i = 0; i < count; i++) {
      const { location } = changes[i];
      const known = locations.get(sourceOf(location));
      if (known === undefined) locations.set(sourceOf(location), [location]);
      else known.push(location);
    }
    const vectors = new Map<number, readonly ColumnVector[]>();
    for (const [source, own] of locations) {
      const rows = new LocatedRows(located.sources, located.physicalOf, Float64Array.from(own), own.length);
      vectors.set(
        source,
        columns.map(({ stored }) => rows.column(stored)),
      );
    }
    return vectors;
  }
}

function sourceOf(location: RowLocation): number {
  return Math.floor(location / LOCATION_SOURCE);
}

/** A class (0 NULL, 1 integer, 2 real, 3 text, 4 blob), and the value as the format has it: the same however it is encoded. */
function writeValue(writer: ByteWriter, physical: PhysicalKind, value: ColumnValue): void {
  if (value === null) {
    writer.u8(0);
  } else if (typeof value === 'string') {
    writer.u8(3);
    writer.text(value);
  } else if (value instanceof Uint8Array) {
    writer.u8(4);
    writer.blob(value);
  } else if (typeof value === 'bigint' || physical === 'integer') {
    writer.u8(1);
    if (typeof value === 'bigint') writer.i64(value);
    else writer.u64(value as number);
  } else {
    writer.u8(2);
    writer.f64(value);
  }
}
