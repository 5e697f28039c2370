import type { Catalog } from '../../../engine/catalog/catalog.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { ReadPoint } from '../../../engine/table/access.ts';
import type { Table } from '../../../engine/table/table.ts';
import type { EvaluationContext } from '../../expressions/context.ts';
import type { StaticType } from '../../expressions/static-type.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';

/** One function that stands in FROM. Definitions are collected in `functions/registry.ts`. */
export interface TableFunctionDefinition {
  /** Lower case. */
  readonly name: string;
  readonly minArguments: number;
  readonly maxArguments: number;
  /** Takes JSON: an array arrives as its JSON, a time as its text. Otherwise arguments arrive as their types hold them. */
  readonly takesJson?: boolean;
  /** What it yields for arguments of these types. Throws TYPE_MISMATCH for types that it cannot take. */
  columns(argumentTypes: readonly StaticType[]): readonly FunctionColumn[];
  /**
   * The rows of one run. Called with the arguments' values, and their types as they were bound. What it keeps beyond a few
   * rows it tells `need`, in bytes that are added to those before; that throws OUT_OF_MEMORY_BUDGET.
   */
  open(
    args: readonly SqlValue[],
    argumentTypes: readonly StaticType[],
    context: FunctionContext,
    need: (moreBytes: number) => void,
  ): Iterator<FunctionRow>;
}

/** What the rows of a function may hang on, besides its arguments. */
export interface FunctionContext extends EvaluationContext {
  /** The points of the history that the statement names. */
  readonly instants: readonly ReadPoint[];
  readonly tables: { readonly catalog: Catalog; table(id: number): Table };
}

export interface FunctionColumn {
  readonly name: string;
  readonly type: StaticType;
  /** `hidden`: found by its name, but not part of `*`. `rowid`: found by the rowid's names. */
  readonly visibility?: 'hidden' | 'rowid';
  /** What says of the values that they are JSON: all of them, or those for which the column of that number says so. */
  readonly json?: { readonly by: number | null; readonly known: ScalarFunctionDefinition };
}

/** A row whose values are computed when they are asked for, by the column's number in the definition. */
export interface FunctionRow {
  column(column: number): SqlValue;
}
