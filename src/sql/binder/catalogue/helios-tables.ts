import type { SqlValue } from '../../../engine/column/types.ts';
import { everyIndexOf, indexKey } from '../every-index.ts';
import { schemaHolding } from '../schema-names.ts';
import { type CatalogueTable, flag } from './catalogue-table.ts';

/** The engine's own state: `helios.…`. */
export const HELIOS_TABLES: Readonly<Record<string, CatalogueTable>> = {
  tables: {
    columns: {
      schema: 'TEXT',
      name: 'TEXT',
      rows: 'INTEGER',
      rows_in_memory: 'INTEGER',
      segments: 'INTEGER',
      segment_bytes: 'INTEGER',
      next_rowid: 'INTEGER',
      history_seconds: 'INTEGER',
      oldest_txn: 'INTEGER',
      ledger: 'INTEGER',
    },
    maxArguments: 0,
    rows: ({ catalog, at }) =>
      catalog.tables(at).map((table): readonly SqlValue[] => {
        const { rows, deltaRows, segments, nextRowid, oldestReadable } = catalog.stateOf(table.id);
        const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
        const counts = [rows, deltaRows, segments.length, bytes, nextRowid].map((count) => BigInt(count));
        const { historySeconds } = table;
        const history = [
          historySeconds === undefined ? null : BigInt(historySeconds),
          BigInt(oldestReadable),
          flag(table.ledger),
        ];
        return [schemaHolding(table), table.name, ...counts, ...history];
      }),
  },
  indexes: {
    columns: { schema: 'TEXT', name: 'TEXT', table_name: 'TEXT', unique: 'INTEGER', origin: 'TEXT', columns: 'TEXT' },
    maxArguments: 0,
    rows: (binder) =>
      binder.catalog.tables(binder.at).flatMap((table) =>
        everyIndexOf(binder, table).map((described): readonly SqlValue[] => {
          const { name, unique, origin, columns } = described.index;
          const keys = columns.map((column, i) => {
            const key = indexKey(described, column, i, table);
            return typeof key === 'string' ? key : table.columns[key].name;
          });
          return [schemaHolding(table), name, table.name, flag(unique), origin, keys.join(', ')];
        }),
      ),
  },
  segments: {
    columns: {
      table_name: 'TEXT',
      segment: 'INTEGER',
      kind: 'TEXT',
      rows: 'INTEGER',
      ended_rows: 'INTEGER',
      bytes: 'INTEGER',
      min_rowid: 'INTEGER',
      max_rowid: 'INTEGER',
    },
    maxArguments: 0,
    rows: ({ catalog, at }) =>
      catalog.tables(at).flatMap((table) =>
        catalog.stateOf(table.id).segments.map((segment): readonly SqlValue[] => {
          const { id, kind, rows, ended, bytes, minRowid, maxRowid } = segment;
          return [table.name, BigInt(id), kind, ...[rows, ended, bytes, minRowid, maxRowid].map((n) => BigInt(n))];
        }),
      ),
  },
};
