import type { Catalog } from '../catalog/catalog.ts';
import type { TableDefinition } from '../catalog/definitions.ts';
import { ROWID_COLUMN } from '../table/access.ts';
import type { Table } from '../table/table.ts';
import type { CommitLog } from '../transaction/commit-log.ts';
import { type LedgerLink, linksOf } from '../transaction/ledger-chain.ts';
import { FIRST_HASH, LedgerChanges, linkHash } from '../transaction/ledger-hash.ts';
import { changesBetween } from './changes-between.ts';
import { committedAt } from './instants.ts';

/** Links that are looked at together: each stretch of the history is read once, and what changed in it is held in memory. */
const LINKS_AT_ONCE = 1024;

export interface VerifiedLedger {
  /** Transactions that changed the table and fit. */
  readonly verified: number;
  /** The first one that does not: what it did is not what its link says, or it has none; null: all fit. */
  readonly firstBad: number | null;
  /** The newest link, as the table's history gives it: the one to keep elsewhere. */
  readonly head: Uint8Array;
}

/** Computes the chain of a ledger table from its history, and compares it with the one that was stored, up to a transaction. */
export function verifyLedger(
  table: Table,
  ledger: Table,
  { catalog, commitLog }: { readonly catalog: Catalog; readonly commitLog: CommitLog },
  newest: number,
): VerifiedLedger {
  const { id } = table.definition;
  const state: { -readonly [part in keyof VerifiedLedger]: VerifiedLedger[part] } = {
    verified: 0,
    firstBad: null,
    head: FIRST_HASH,
  };
  const check = (transaction: number, changes: LedgerChanges | undefined, link: LedgerLink | undefined): void => {
    if (changes !== undefined) {
      const definition = catalog.byId({ transaction }, id)?.definition as TableDefinition;
      const header = { previous: state.head, transaction, commitMicros: committedAt(commitLog, transaction) };
      state.head = linkHash(header, changes, definition, table);
    }
    const fits = changes !== undefined && link !== undefined && isSame(state.head, link.hash);
    if (state.firstBad !== null) return;
    if (fits) state.verified++;
    else state.firstBad = transaction;
  };
  let from = (catalog.versions(id)[0]?.createdTxn ?? 1) - 1;
  const checkUntil = (to: number, links: readonly LedgerLink[]): void => {
    const linkAt = new Map(links.map((link) => [link.transaction, link]));
    const changed = changesByTransaction(table, from, to);
    const all = new Set([...changed.keys(), ...linkAt.keys()]);
    for (const transaction of [...all].sort((a, b) => a - b))
      check(transaction, changed.get(transaction), linkAt.get(transaction));
    from = to;
  };
  let links: LedgerLink[] = [];
  for (const link of linksOf(ledger, id, 'forward')) {
    links.push(link);
    if (links.length < LINKS_AT_ONCE) continue;
    checkUntil(link.transaction, links);
    links = [];
  }
  checkUntil(newest, links);
  return state;
}

function changesByTransaction(table: Table, from: number, to: number): ReadonlyMap<number, LedgerChanges> {
  const found = new Map<number, LedgerChanges>();
  const reader = changesBetween(table, { from, to });
  for (let batch = reader.next(); batch !== null; batch = reader.next()) {
    for (let i = 0; i < batch.count; i++) {
      const location = batch.locations[i];
      const rowid = table.valueAt(location, ROWID_COLUMN) as number;
      const add = (transaction: number, tag: 1 | 2): void => {
        if (transaction <= from || transaction > to) return;
        const changes = found.get(transaction) ?? new LedgerChanges();
        found.set(transaction, changes);
        changes.add(rowid, tag, location);
      };
      add(batch.created[i], 2);
      add(batch.ended[i], 1);
    }
  }
  return found;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
