import type { ComputedIndex } from './computed-indexes.ts';
import { CHANGE_BINDING } from './late-parts.ts';
import { remembered } from './remembered.ts';

/** The table's indexes over columns. */
export const columnIndexes = remembered((binder, table) => binder.catalog.indexesOf(binder.at, table.id));

/** Its indexes over expressions, and of some rows only. Few tables have any. */
export const computedIndexes = remembered((binder, table): readonly ComputedIndex[] => {
  const stored = binder.catalog.computedIndexesOf(binder.at, table.id);
  return stored.length === 0 ? [] : CHANGE_BINDING.get().bindComputedIndexes(stored, binder, table);
});
