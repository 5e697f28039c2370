import type { SqlValue } from '../../../engine/column/types.ts';
import { STATIC_TYPES, type StaticType } from '../../expressions/static-type.ts';
import type { TableFunctionDefinition } from '../../functions/tables/definition.ts';
import type { Binder } from '../binder.ts';

type ColumnKind = 'TEXT' | 'INTEGER';

/**
 * A table whose rows are computed from the catalogue, when they are asked for: plans are kept per version of the
 * catalogue, so that what a plan would read cannot change under it.
 */
export interface CatalogueTable {
  /** Names and types, in order. */
  readonly columns: Readonly<Record<string, ColumnKind>>;
  /** As a function: how many arguments it takes. */
  readonly maxArguments: number;
  /** `args`: those of a call, or of PRAGMA name(argument). */
  rows(binder: Binder, args: readonly SqlValue[]): Iterable<readonly SqlValue[]>;
}

/** A catalogue table as a table function for this statement. */
export function asTableFunction(name: string, table: CatalogueTable, binder: Binder): TableFunctionDefinition {
  const columns = Object.entries(table.columns).map(([column, kind]) => ({
    name: column,
    type: STATIC_TYPES[kind] as StaticType,
  }));
  return {
    name,
    minArguments: 0,
    maxArguments: table.maxArguments,
    columns: () => columns,
    *open(args) {
      for (const row of table.rows(binder, args)) yield { column: (i: number) => row[i] };
    },
  };
}

/** An argument as the name of an object; null: none was given. */
export function nameArgument(args: readonly SqlValue[], i = 0): string | null {
  const value = args[i] ?? null;
  return value === null || value instanceof Uint8Array ? null : String(value);
}

export function flag(value: boolean | undefined): bigint {
  return value === true ? 1n : 0n;
}
