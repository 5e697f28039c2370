import type {
  IndexColumn,
  IndexDefinition,
  KeyTableDefinition,
  TableDefinition,
} from '../../engine/catalog/definitions.ts';
import { parseExpression } from '../parser/parse.ts';
import type { Binder } from './binder.ts';
import { sameName } from './names.ts';

/** An index as its users know it. */
export interface DescribedIndex {
  readonly index: IndexDefinition;
  /** Set where keys are computed: see {@link KeyTableDefinition}. */
  readonly keysOf: KeyTableDefinition | null;
}

/** All indexes of a table, those with computed keys among them, in the order in which they were made. */
export function everyIndexOf({ catalog, at }: Binder, table: TableDefinition): readonly DescribedIndex[] {
  const plain = catalog.indexesOf(at, table.id).map((index): DescribedIndex => ({ index, keysOf: null }));
  const computed = catalog
    .computedIndexesOf(at, table.id)
    .map(({ index, keyTable }): DescribedIndex => ({ index, keysOf: keyTable.keysOf ?? null }));
  return [...plain, ...computed].sort((a, b) => a.index.id - b.index.id);
}

/** The table's column that is the index's i-th key, or the SQL text of what is computed. */
export function indexKey(
  { keysOf }: DescribedIndex,
  key: IndexColumn,
  i: number,
  table: TableDefinition,
): number | string {
  if (keysOf === null) return key.column;
  const expression = parseExpression(keysOf.keys[i]);
  if (expression.kind !== 'column') return keysOf.keys[i];
  const column = table.columns.findIndex(({ name, dropped }) => !dropped && sameName(name, expression.name));
  return column < 0 ? keysOf.keys[i] : column;
}
