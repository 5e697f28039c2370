import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import type { BoundForeignKey, ParentKey } from '../binder/foreign-keys.ts';
import type { ForeignKeyValues } from './key-lookup.ts';
import { CHANGE_OPERATORS } from './late-parts.ts';

export interface Suspects {
  readonly foreignKey: BoundForeignKey;
  readonly parent: ParentKey;
  readonly keys: Map<string, ForeignKeyValues>;
}

/**
 * Keys of foreign keys that may have children without a parent: those of children that found none, and those of parents
 * that went. Nothing is counted: when the time comes each key is looked up as it is then. So whatever was undone or mended
 * in between needs no entry of its own.
 */
export class ForeignKeyLedger {
  private readonly suspects = new Map<string, Suspects>();

  get isEmpty(): boolean {
    return this.suspects.size === 0;
  }

  /** `text`: the key's, by which it is the same as others. */
  add(foreignKey: BoundForeignKey, parent: ParentKey, key: ForeignKeyValues, text: string): void {
    const { child, definition } = foreignKey;
    const name = `${child.id} ${child.foreignKeys?.indexOf(definition)} ${parent.table.id}`;
    let entry = this.suspects.get(name);
    if (entry === undefined) {
      entry = { foreignKey, parent, keys: new Map() };
      this.suspects.set(name, entry);
    }
    entry.keys.set(text, key);
  }

  clear(): void {
    this.suspects.clear();
  }

  /** Throws when a key has a child and no parent; `isThere` tells whether a table of that id is there still. */
  settle(transaction: WriteTransaction, isThere: (tableId: number) => boolean): void {
    for (const suspects of this.suspects.values()) {
      if (!isThere(suspects.foreignKey.child.id)) continue;
      CHANGE_OPERATORS.get().refuseOrphans(suspects, transaction, isThere(suspects.parent.table.id));
    }
  }
}
