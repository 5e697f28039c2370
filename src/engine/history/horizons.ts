import type { TableDefinition } from '../catalog/definitions.ts';
import type { Table } from '../table/table.ts';
import type { DatabaseState } from '../transaction/database-state.ts';
import { type HorizonSources, horizonAfter, horizonOf } from './horizon.ts';

/** The horizons of a database and of its tables: see DatabaseState.oldestReadable and Table.oldestReadable. */
export interface Horizons {
  readonly database: number;
  readonly tables: ReadonlyMap<Table, number>;
}

/** Where they are. */
export function horizonsOf({ tables, oldestReadable }: DatabaseState): Horizons {
  return {
    database: oldestReadable,
    tables: new Map([...tables.values()].map((table) => [table, table.oldestReadable])),
  };
}

/** Where they are due. A horizon never goes back: a longer retention brings back nothing. */
export function dueHorizons({ tables, oldestReadable }: DatabaseState, sources: HorizonSources): Horizons {
  const due = horizonOf(sources);
  const horizons = new Map<Table, number>();
  for (const table of tables.values()) {
    const { historySeconds, ledger } = historyRule(table.definition, tables);
    // All of a ledger's history is what its chain is made of.
    if (ledger) continue;
    const own = historySeconds === undefined ? due : horizonAfter(historySeconds, pinning(historySeconds, sources));
    horizons.set(table, Math.max(table.oldestReadable, own));
  }
  return { database: Math.max(oldestReadable, due), tables: horizons };
}

/** Moves them to where they are due: from here on nobody begins to read what may be left out. */
export function raiseHorizons(state: DatabaseState, { database, tables }: Horizons): void {
  state.oldestReadable = database;
  for (const [table, horizon] of tables) table.oldestReadable = horizon;
}

/** A table that keeps no history keeps none for snapshots. */
function pinning(historySeconds: number, sources: HorizonSources): HorizonSources {
  return historySeconds === 0 ? { ...sources, oldestSnapshot: null } : sources;
}

/** The keys of an index over expressions are kept as long as the rows that they belong to. */
function historyRule(definition: TableDefinition, tables: ReadonlyMap<number, Table>): TableDefinition {
  const { keysOf } = definition;
  return keysOf === undefined ? definition : (tables.get(keysOf.tableId)?.definition ?? definition);
}
