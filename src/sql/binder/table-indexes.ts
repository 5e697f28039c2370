import type { ComputedIndex } from './computed-indexes.ts';
import { CHANGE_BINDING } from './late-parts.ts';
import { remembered } from './remembered.ts';

/** The table's indexes over columns: of those that there were then, those that are still kept. */
export const columnIndexes = remembered(({ catalog, at }, table) =>
  catalog.indexesOf(at, table.id).filter(({ id }) => catalog.isLive(id)),
);

/** Its indexes over expressions, and of some rows only. Few tables have any. */
export const computedIndexes = remembered((binder, table): readonly ComputedIndex[] => {
  const { catalog, at } = binder;
  const stored = catalog.computedIndexesOf(at, table.id).filter(({ index }) => catalog.isLive(index.id));
  return stored.length === 0 ? [] : CHANGE_BINDING.get().bindComputedIndexes(stored, binder, table);
});
