import { HeliosError } from '../../base/errors.ts';
import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import type { BoundForeignKey, ParentKey } from '../binder/foreign-keys.ts';
import { shownValue } from '../expressions/values/shown-value.ts';
import type { Suspects } from './foreign-key-ledger.ts';
import { childrenOf, type ForeignKeyValues, hasParent, keyText, scanChildren } from './key-lookup.ts';

const SHOWN_CHARACTERS = 80;

/** Throws when one of the keys has a child and no parent. */
export function refuseOrphans(suspects: Suspects, transaction: WriteTransaction, isParentThere: boolean): void {
  const orphan = findOrphan(suspects, transaction, isParentThere);
  if (orphan !== null) throw foreignKeyViolation(suspects.foreignKey, suspects.parent, orphan);
}

function findOrphan(
  { foreignKey, parent, keys }: Suspects,
  transaction: WriteTransaction,
  isParentThere: boolean,
): ForeignKeyValues | null {
  const missing = new Map<string, ForeignKeyValues>();
  for (const [text, key] of keys) if (!isParentThere || !hasParent(parent, key, transaction)) missing.set(text, key);
  if (missing.size === 0) return null;
  if (foreignKey.childIndex !== null) {
    for (const key of missing.values()) if (childrenOf(foreignKey, parent, key, transaction).length > 0) return key;
    return null;
  }
  // Without an index one look at all children serves every key.
  let orphan: ForeignKeyValues | null = null;
  scanChildren(transaction.table(foreignKey.child.id), transaction, parent.parts, (key) => {
    if (missing.has(keyText(parent, key))) orphan = key;
    return orphan === null;
  });
  return orphan;
}

/** The error about children of a key that no parent has. */
export function foreignKeyViolation(
  { definition, child }: BoundForeignKey,
  parent: ParentKey,
  key: ForeignKeyValues,
): HeliosError {
  const { table, parts } = parent;
  const childColumns = parts.map(({ childColumn }) => child.columns[childColumn].name).join(', ');
  const parentColumns = parts.map(({ parentColumn }) => {
    const column = parentColumn < 0 ? table.rowidColumn : parentColumn;
    return column === null ? 'rowid' : table.columns[column].name;
  });
  const name = definition.name === null ? '' : `${definition.name}: `;
  const shown = key.map((value, i) => {
    return shownValue(value, child.columns[parts[i].childColumn].type, SHOWN_CHARACTERS);
  });
  const message = `FOREIGN KEY constraint failed: ${name}${child.name} (${childColumns}) references ${table.name} (${parentColumns.join(', ')}), and no row there would have (${shown.join(', ')})`;
  return new HeliosError('FOREIGN_KEY_VIOLATION', message);
}
