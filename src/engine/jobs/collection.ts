import type { Horizons } from '../history/horizons.ts';
import type { DatabaseState } from '../transaction/database-state.ts';
import { isCollectable } from './compaction.ts';
import { goneBehind } from './frozen-state.ts';

/**
 * True where so much lies behind the horizons that a checkpoint is worth its while even if there is nothing new to store:
 * without commits, no other would come.
 */
export function isCollectionDue(state: DatabaseState, horizons: Horizons): boolean {
  const hasGone = goneBehind(horizons);
  for (const [table, horizon] of horizons.tables) {
    if (table.segments.some((segment) => isCollectable(segment, horizon))) return true;
    const versions = state.catalog.versions(table.definition.id);
    if (table.segments.length > 0 && versions.length > 0 && versions.every(hasGone)) return true;
  }
  return false;
}
