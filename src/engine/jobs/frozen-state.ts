import { type CatalogEntry, hasEndedBy, LIVE, ownerOf } from '../catalog/catalog.ts';
import type { IndexDefinition, TableDefinition } from '../catalog/definitions.ts';
import { physicalKind } from '../column/types.ts';
import { type Horizons, horizonsOf } from '../history/horizons.ts';
import type { CatalogRecord } from '../manifest/manifest-format.ts';
import type { Table } from '../table/table.ts';
import type { TableSegment } from '../table/table-segment.ts';
import type { DatabaseState } from '../transaction/database-state.ts';
import type { WalEnd } from '../wal/wal-writer.ts';

/** Rowid, created and ended. */
const SYSTEM_COLUMNS = 3;
/** A value is gathered, and then encoded. */
const UNITS_PER_VALUE = 2;
/** A text may be looked up besides. */
const UNITS_PER_TEXT = 3;
/** Gathered and encoded, and sorted by keys that are gathered first. */
const UNITS_PER_INDEX = 4;

/** A table as it was when a checkpoint began. */
export interface FrozenTable {
  readonly table: Table;
  readonly definition: TableDefinition;
  readonly indexes: readonly IndexDefinition[];
  readonly segments: readonly TableSegment[];
  readonly nextRowid: number;
  /** Of its frozen delta. */
  readonly endedCount: number;
  /** The oldest transaction whose state of the table has to stay readable. */
  readonly horizon: number;
  /** It was dropped before the horizon, and leaves the file. */
  readonly isForgotten: boolean;
}

/** What a checkpoint stores: everything that was committed when it began, whatever is committed while it runs. */
export interface FrozenState {
  /** The newest transaction; versions that later ones have ended are stored as live. */
  readonly transaction: number;
  readonly scn: number;
  readonly commitMicros: number;
  readonly nextObjectId: number;
  readonly catalog: readonly CatalogRecord[];
  readonly tables: readonly FrozenTable[];
  /** Of all frozen deltas. */
  readonly rowCount: number;
  /** Likewise, of the database; tables may differ. */
  readonly horizon: number;
  /** True of definitions that nobody can ask for any more. */
  readonly hasGone: (entry: CatalogEntry) => boolean;
  /** Where the log has come to: what follows is not in this state. */
  readonly log: WalEnd;
}

/** Freezes the deltas of all tables. No write transaction is open. */
export function freezeState(state: DatabaseState, log: WalEnd): FrozenState {
  const { catalog, commitLog, oldestReadable: horizon } = state;
  const hasGone = goneBehind(horizonsOf(state));
  const frozen: FrozenTable[] = [];
  for (const table of state.tables.values()) {
    // System tables are in no catalogue.
    const versions = catalog.versions(table.definition.id);
    const isForgotten = versions.length > 0 && versions.every(hasGone);
    const { definition, indexes, segments, delta } = table;
    frozen.push({
      table,
      definition,
      indexes,
      segments,
      nextRowid: definition.autoincrement ? table.rowids.sequence + 1 : table.nextRowid(),
      endedCount: delta.endedCount,
      horizon: table.oldestReadable,
      isForgotten,
    });
  }
  let rowCount = 0;
  for (const { table } of frozen) {
    rowCount += table.delta.length;
    table.freeze();
    table.laterEnds = [];
  }
  return {
    transaction: commitLog.lastTransaction,
    scn: commitLog.lastScn,
    commitMicros: commitLog.lastMicros,
    nextObjectId: catalog.nextObjectId,
    catalog: catalogRecords(catalog.all().filter((entry) => !hasGone(entry))),
    tables: frozen,
    rowCount,
    horizon,
    hasGone,
    log,
  };
}

/** About how many units of {@link Work} it takes to write so many of the table's rows. */
export function unitsToStore({ definition, indexes }: FrozenTable, rowCount: number): number {
  let units = SYSTEM_COLUMNS * UNITS_PER_VALUE + indexes.length * UNITS_PER_INDEX;
  for (const { type } of definition.columns)
    units += physicalKind(type.kind) === 'text' ? UNITS_PER_TEXT : UNITS_PER_VALUE;
  return rowCount * units;
}

/**
 * Definitions stay for as long as somebody can ask for them: those of a table that keeps a longer history than the database
 * as long as its rows, and those of one that keeps a shorter history as long as the database's, to say that it is shorter.
 */
export function goneBehind({ database, tables }: Horizons): FrozenState['hasGone'] {
  const horizons = new Map([...tables].map(([{ definition }, own]) => [definition.id, Math.min(database, own)]));
  return (entry) => hasEndedBy(entry, horizons.get(ownerOf(entry) ?? entry.definition.id) ?? database);
}

function catalogRecords(kept: readonly CatalogEntry[]): CatalogRecord[] {
  return kept.map(({ kind, definition, createdTxn, endedTxn }) => ({
    kind,
    id: definition.id,
    name: definition.name,
    created: createdTxn,
    ended: endedTxn === LIVE ? 0 : endedTxn,
    definition: JSON.stringify(definition),
  }));
}
