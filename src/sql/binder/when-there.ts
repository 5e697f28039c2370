import { LIVE } from '../../engine/catalog/catalog.ts';
import type { ReadPoint } from '../../engine/table/access.ts';
import type { CatalogReader } from './binder.ts';
import { sameName } from './names.ts';

/** When a table or view that an AS OF does not find was there; undefined: never. */
export function whenThere(catalog: CatalogReader, name: string, { transaction }: ReadPoint): string | undefined {
  const lives = catalog
    .entries()
    .filter(({ kind, definition }) => (kind === 'table' || kind === 'view') && sameName(definition.name, name));
  const later = lives.filter(({ createdTxn }) => createdTxn > transaction);
  if (later.length > 0) {
    return `It is there from transaction ${Math.min(...later.map(({ createdTxn }) => createdTxn))} on.`;
  }
  const ends = lives.flatMap(({ endedTxn }) => (endedTxn === LIVE ? [] : [endedTxn]));
  return ends.length === 0 ? undefined : `It was there until transaction ${Math.max(...ends) - 1}.`;
}
