import { LIVE } from '../catalog/catalog.ts';
import type { TableDefinition } from '../catalog/definitions.ts';
import { LOCATION_SOURCE, ROWID_COLUMN, type RowLocation, SEGMENTS_BASE } from '../table/access.ts';
import type { Table } from '../table/table.ts';
import { LEDGER, LEDGER_BY_TABLE, LEDGER_HASH_COLUMN, LEDGER_TXN_COLUMN } from './ledger.ts';
import { FIRST_HASH, LedgerChanges, linkHash } from './ledger-hash.ts';
import { UncountedChanges } from './uncounted-changes.ts';
import type { TableChanges, WriteTransaction } from './write-transaction.ts';

/** A link of a table's chain, as it is stored. */
export interface LedgerLink {
  readonly transaction: number;
  readonly hash: Uint8Array;
}

/**
 * Adds a link to the chain of each ledger table that the transaction has changed: the last thing that it does. `heads` has
 * the newest link of tables that have been asked for; what is returned (null: nothing) belongs there once the transaction is committed.
 */
export function extendChains(
  transaction: WriteTransaction,
  heads: ReadonlyMap<number, Uint8Array>,
  commitMicros: number,
): ReadonlyMap<number, Uint8Array> | null {
  let links: Map<number, Uint8Array> | null = null;
  for (const change of transaction.changes.values()) {
    const { table } = change;
    const { definition } = table;
    if (!definition.ledger) continue;
    const changes = changesOf(change);
    if (changes.count === 0) continue;
    const ledger = transaction.table(LEDGER.definition.id);
    const previous = heads.get(definition.id) ?? newestLink(ledger, definition)?.hash ?? FIRST_HASH;
    const header = { previous, transaction: transaction.transaction, commitMicros };
    const hash = linkHash(header, changes, definition, table);
    const row = [definition.id, transaction.transaction, definition.name, hash];
    ledger.append(new UncountedChanges(transaction), null, row);
    links ??= new Map();
    links.set(definition.id, hash);
  }
  return links;
}

function newestLink(ledger: Table, { id }: TableDefinition): LedgerLink | null {
  return linksOf(ledger, id, 'backward').next().value ?? null;
}

/** The chain of a table. */
export function* linksOf(ledger: Table, tableId: number, direction: 'forward' | 'backward'): Generator<LedgerLink> {
  const at = { transaction: Number.MAX_SAFE_INTEGER };
  const scan = ledger.indexScan(at, LEDGER_BY_TABLE.id, [{ equal: [BigInt(tableId)] }], [], direction);
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = batch.selection === null ? i : batch.selection[i];
      const location = batch.locations === null ? batch.locationBase + row : batch.locations[row];
      const hash = ledger.valueAt(location, LEDGER_HASH_COLUMN) as Uint8Array;
      yield { transaction: Number(ledger.valueAt(location, LEDGER_TXN_COLUMN)), hash };
    }
  }
}

/** The net effect: what was there before it and is no more, and what it has left. */
function changesOf({ table, firstPosition, firstSegment, ended }: TableChanges): LedgerChanges {
  const changes = new LedgerChanges();
  const firstOwn = SEGMENTS_BASE + firstSegment * LOCATION_SOURCE;
  const add = (tag: 1 | 2, location: RowLocation): void =>
    changes.add(table.valueAt(location, ROWID_COLUMN) as number, tag, location);
  ended.forEach((location) => {
    const isOwn = location < LOCATION_SOURCE ? location >= firstPosition : location >= firstOwn;
    if (!isOwn) add(1, location);
  });
  for (let s = firstSegment; s < table.segments.length; s++) {
    const segment = table.segments[s];
    for (let position = 0; position < segment.rowCount; position++)
      if (segment.endedAt(position) === LIVE) add(2, SEGMENTS_BASE + s * LOCATION_SOURCE + position);
  }
  const { delta } = table;
  for (let position = firstPosition; position < delta.length; position++)
    if (delta.ended.get(position) === LIVE) add(2, position);
  return changes;
}
