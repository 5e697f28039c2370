import type { TableDefinition } from '../catalog/definitions.ts';
import type { Table } from '../table/table.ts';
import type { DatabaseState } from '../transaction/database-state.ts';
import { type HorizonSources, horizonAfter, horizonOf } from './horizon.ts';

/**
 * Moves the horizons of the database and of all tables to where they are due: from here on nobody begins to read what may
 * be left out. A horizon never goes back: a longer retention brings back nothing.
 */
export function raiseHorizons(state: DatabaseState, sources: HorizonSources): void {
  const { tables } = state;
  const due = horizonOf(sources);
  state.oldestReadable = Math.max(state.oldestReadable, due);
  for (const table of tables.values()) {
    const { historySeconds } = historyRule(table.definition, tables);
    const own = historySeconds === undefined ? due : horizonAfter(historySeconds, pinning(historySeconds, sources));
    table.oldestReadable = Math.max(table.oldestReadable, own);
  }
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
