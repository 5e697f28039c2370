import { ByteWriter } from '../../base/bytes.ts';
import { Sha256 } from '../../base/sha256.ts';
import type { TableDefinition } from '../catalog/definitions.ts';
import { type ColumnValue, type PhysicalKind, physicalKind } from '../column/types.ts';
import { ROWID_COLUMN, type RowLocation } from '../table/access.ts';

/** What the first link of a chain follows. */
export const FIRST_HASH = new Uint8Array(32);

/** 1: the version that a transaction ended. 2: the one that it left. */
export type ChangeTag = 1 | 2;

/** What a transaction has done to a table: the versions that it ended and those that it left. */
export class LedgerChanges {
  private readonly changes: { readonly rowid: number; readonly tag: ChangeTag; readonly location: RowLocation }[] = [];

  get count(): number {
    return this.changes.length;
  }

  add(rowid: number, tag: ChangeTag, location: RowLocation): void {
    this.changes.push({ rowid, tag, location });
  }

  /** By rowid, the ended version before the one that follows it: an order that has nothing to do with how they lie. */
  inOrder(): readonly { readonly rowid: number; readonly tag: ChangeTag; readonly location: RowLocation }[] {
    return this.changes.sort((a, b) => a.rowid - b.rowid || a.tag - b.tag);
  }
}

/** Where the versions' values are. */
interface Values {
  valueAt(location: RowLocation, column: number): ColumnValue;
}

export interface LinkHeader {
  readonly previous: Uint8Array;
  readonly transaction: number;
  readonly commitMicros: number;
}

/**
 * A link of the chain: SHA-256 of the previous link (32 bytes), the transaction and its commit time (u64 each), and of each
 * change its tag (u8), rowid (u64 of the low bits, two's complement) and columns. `definition`: as the transaction left it.
 */
export function linkHash(
  { previous, transaction, commitMicros }: LinkHeader,
  changes: LedgerChanges,
  definition: TableDefinition,
  values: Values,
): Uint8Array {
  const hash = new Sha256().update(previous);
  const writer = new ByteWriter(256);
  writer.u64(transaction);
  writer.u64(commitMicros);
  hash.update(writer.bytes());
  for (const { rowid, tag, location } of changes.inOrder()) {
    writer.clear();
    writer.u8(tag);
    writer.i64(BigInt(rowid));
    definition.columns.forEach(({ type }, column) => {
      const stored = column === definition.rowidColumn ? ROWID_COLUMN : column;
      writeValue(writer, physicalKind(type.kind), values.valueAt(location, stored));
    });
    hash.update(writer.bytes());
  }
  return hash.digest();
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
    writer.i64(BigInt(value));
  } else {
    writer.u8(2);
    writer.f64(value);
  }
}
