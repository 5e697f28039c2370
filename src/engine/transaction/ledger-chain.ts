import { LIVE } from '../catalog/catalog.ts';
import type { TableDefinition } from '../catalog/definitions.ts';
import { LOCATION_SOURCE, type RowLocation, SEGMENTS_BASE } from '../table/access.ts';
import { type LocatedBatch, type LocatedIn, MergedRowids, RowidStream, rowidsAt } from '../table/merged-rowids.ts';
import type { Table } from '../table/table.ts';
import { LEDGER, LEDGER_BY_TABLE, LEDGER_HASH_COLUMN, LEDGER_TXN_COLUMN } from './ledger.ts';
import { type ChangeTag, FIRST_HASH, type LedgerChange, linkHash } from './ledger-hash.ts';
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
    const ledger = transaction.table(LEDGER.definition.id);
    const previous = heads.get(definition.id) ?? newestLink(ledger, definition)?.hash ?? FIRST_HASH;
    const header = { previous, transaction: transaction.transaction, commitMicros };
    const located = { sources: table, physicalOf: (column: number) => table.physicalKind(column) };
    const hash = linkHash(header, changesOf(change, located), definition, located);
    if (hash === null) continue;
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

/**
 * The net effect, by rowid: what was there before the transaction and is no more, and what it has left. Of each part of the
 * table a batch is in memory, and the order of the rows that are in no segment yet.
 */
function* changesOf(change: TableChanges, located: LocatedIn): Generator<LedgerChange> {
  const gone = endedParts(change, located).map((batches) => new TaggedStream(batches, located, 1));
  const left = leftParts(change, located).map((batches) => new TaggedStream(batches, located, 2));
  const merged = new MergedRowids([...gone, ...left]);
  for (let version = merged.next(); version !== null; version = merged.next()) yield version;
}

class TaggedStream extends RowidStream implements LedgerChange {
  readonly tag: ChangeTag;

  constructor(batches: Iterator<LocatedBatch>, located: LocatedIn, tag: ChangeTag) {
    super(batches, located);
    this.tag = tag;
  }
}

interface Run {
  readonly start: RowLocation;
  readonly length: number;
}

/** The versions of others that the transaction has ended, by part of the table. */
function endedParts(change: TableChanges, located: LocatedIn): readonly Iterator<LocatedBatch>[] {
  const { firstPosition, firstSegment, ended } = change;
  const firstOwn = SEGMENTS_BASE + firstSegment * LOCATION_SOURCE;
  const parts = new Map<number, Run[]>();
  for (const { start, length } of ended.inOrder()) {
    const end = Math.min(start + length, start < LOCATION_SOURCE ? firstPosition : firstOwn);
    if (end <= start) continue;
    const source = Math.floor(start / LOCATION_SOURCE);
    const run = { start, length: end - start };
    const known = parts.get(source);
    if (known === undefined) parts.set(source, [run]);
    else known.push(run);
  }
  return [...parts].map(([source, runs]) => {
    const isSegment = source * LOCATION_SOURCE >= SEGMENTS_BASE;
    return isSegment ? batchesOf(runs) : sortedByRowid(batchesOf(runs), located);
  });
}

/** The versions that the transaction has left, by part of the table. */
function leftParts(change: TableChanges, located: LocatedIn): readonly Iterator<LocatedBatch>[] {
  const { table, firstPosition, firstSegment } = change;
  const parts: Iterator<LocatedBatch>[] = [];
  for (let s = firstSegment; s < table.segments.length; s++) {
    const segment = table.segments[s];
    const base = SEGMENTS_BASE + s * LOCATION_SOURCE;
    parts.push(batchesOf(liveRuns(base, 0, segment.rowCount, (position) => segment.endedAt(position) === LIVE)));
  }
  const { delta } = table;
  const inDelta = batchesOf(liveRuns(0, firstPosition, delta.length, (row) => delta.ended.get(row) === LIVE));
  parts.push(delta.isAscending ? inDelta : sortedByRowid(inDelta, located));
  return parts;
}

function* liveRuns(base: RowLocation, from: number, to: number, isLive: (row: number) => boolean): Generator<Run> {
  for (let start = from; start < to; ) {
    let end = start;
    while (end < to && isLive(end)) end++;
    if (end > start) yield { start: base + start, length: end - start };
    start = end + 1;
  }
}

/** Rows whose rowids are in memory together. */
const BATCH_ROWS = 1024;

function* batchesOf(runs: Iterable<Run>): Generator<LocatedBatch> {
  let locations = new Float64Array(BATCH_ROWS);
  let count = 0;
  for (const { start, length } of runs) {
    for (let location = start; location < start + length; location++) {
      locations[count++] = location;
      if (count < BATCH_ROWS) continue;
      yield { count, locations };
      locations = new Float64Array(BATCH_ROWS);
      count = 0;
    }
  }
  if (count > 0) yield { count, locations };
}

/** All of some versions as one batch. They are in no segment yet, and take more memory than their order does. */
function* sortedByRowid(batches: Iterable<LocatedBatch>, located: LocatedIn): Generator<LocatedBatch> {
  const rowids: number[] = [];
  const locations: number[] = [];
  for (const { count, locations: some } of batches) {
    const own = rowidsAt(located, some, count);
    for (let i = 0; i < count; i++) {
      rowids.push(own[i]);
      locations.push(some[i]);
    }
  }
  const order = Uint32Array.from(rowids, (_, i) => i).sort((a, b) => rowids[a] - rowids[b]);
  yield { count: order.length, locations: Float64Array.from(order, (i) => locations[i]) };
}
