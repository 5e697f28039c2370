import type { Catalog } from '../catalog/catalog.ts';
import type { TableDefinition } from '../catalog/definitions.ts';
import { ROWID_COLUMN } from '../table/access.ts';
import { type LocatedIn, MergedRowids } from '../table/merged-rowids.ts';
import type { Table } from '../table/table.ts';
import type { CommitLog } from '../transaction/commit-log.ts';
import { type LedgerLink, linksOf } from '../transaction/ledger-chain.ts';
import { FIRST_HASH, type LedgerChange, linkHash } from '../transaction/ledger-hash.ts';
import { changesBetween, type VersionBatch } from './changes-between.ts';
import { committedAt } from './instants.ts';

/** Links that are looked at together: each stretch of the history is read once, and what changed in it is held in memory. */
const LINKS_AT_ONCE = 1024;
/** Versions that are held in memory; what has changed more of them is looked at alone, in the order of rowids. */
const CHANGES_AT_ONCE = 16_384;

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
  const located = { sources: table, physicalOf: (column: number) => table.physicalKind(column) };
  const check = (transaction: number, changes: Iterable<LedgerChange> | null, link: LedgerLink | undefined): void => {
    if (changes !== null) {
      const definition = catalog.byId({ transaction }, id)?.definition as TableDefinition;
      const header = { previous: state.head, transaction, commitMicros: committedAt(commitLog, transaction) };
      state.head = linkHash(header, changes, definition, located) ?? state.head;
    }
    const fits = changes !== null && link !== undefined && isSame(state.head, link.hash);
    if (state.firstBad !== null) return;
    if (fits) state.verified++;
    else state.firstBad = transaction;
  };
  let from = (catalog.versions(id)[0]?.createdTxn ?? 1) - 1;
  const checkUntil = (to: number, links: readonly LedgerLink[]): void => {
    const linkAt = new Map(links.map((link) => [link.transaction, link]));
    const changed = changesByTransaction(table, from, to);
    if (changed === null && to - from > 1) {
      const middle = Math.floor((from + to) / 2);
      checkUntil(
        middle,
        links.filter(({ transaction }) => transaction <= middle),
      );
      checkUntil(
        to,
        links.filter(({ transaction }) => transaction > middle),
      );
      return;
    }
    if (changed === null) check(to, changesOfTransaction(table, to, located), linkAt.get(to));
    else {
      const all = new Set([...changed.keys(), ...linkAt.keys()]);
      for (const transaction of [...all].sort((a, b) => a - b))
        check(transaction, inOrder(changed.get(transaction)), linkAt.get(transaction));
    }
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

/** null: there are too many to be held in memory together. */
function changesByTransaction(table: Table, from: number, to: number): ReadonlyMap<number, LedgerChange[]> | null {
  const found = new Map<number, LedgerChange[]>();
  const reader = changesBetween(table, { from, to });
  let count = 0;
  for (let batch = reader.next(); batch !== null; batch = reader.next()) {
    count += batch.count;
    if (count > CHANGES_AT_ONCE) return null;
    for (let i = 0; i < batch.count; i++) {
      const location = batch.locations[i];
      const rowid = table.valueAt(location, ROWID_COLUMN) as number;
      const add = (transaction: number, tag: 1 | 2): void => {
        if (transaction <= from || transaction > to) return;
        const changes = found.get(transaction) ?? [];
        found.set(transaction, changes);
        changes.push({ rowid, tag, location });
      };
      add(batch.created[i], 2);
      add(batch.ended[i], 1);
    }
  }
  return found;
}

function inOrder(changes: LedgerChange[] | undefined): readonly LedgerChange[] | null {
  return changes?.sort((a, b) => a.rowid - b.rowid || a.tag - b.tag) ?? null;
}

/** What one transaction has done, of whatever size. */
function* changesOfTransaction(table: Table, transaction: number, located: LocatedIn): Generator<LedgerChange> {
  const reader = changesBetween(table, { from: transaction - 1, to: transaction });
  const merged = new MergedRowids(reader.streams(located, () => undefined));
  /** The version that the transaction has left of the row at hand, which comes after the one that it ended. */
  let left: LedgerChange | null = null;
  for (let version = merged.next(); version !== null; version = merged.next()) {
    const { rowid, location } = version;
    if (left !== null && left.rowid !== rowid) {
      yield left;
      left = null;
    }
    if ((version.batch as VersionBatch).created[version.row] === transaction) left = { rowid, tag: 2, location };
    else yield { rowid, tag: 1, location };
  }
  if (left !== null) yield left;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
