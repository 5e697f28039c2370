import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import { Binder } from '../binder/binder.ts';
import { bindForeignKeySides } from '../binder/foreign-keys.ts';
import { keyText, parentKeyTexts, scanChildren } from '../executor/key-lookup.ts';
import type { Session } from '../session.ts';

/** A row whose parent is missing. */
export interface ForeignKeyProblem {
  readonly table: string;
  readonly rowid: number;
  readonly parent: string;
  /** Which of the table's foreign keys, from 0. */
  readonly foreignKey: number;
}

/** Looks at every row of the tables, whatever PRAGMA foreign_keys says: the rows of PRAGMA foreign_key_check. */
export function foreignKeyProblems(
  { engine, catalog, readPoint }: Pick<Session, 'engine' | 'catalog' | 'readPoint'>,
  tables: readonly TableDefinition[],
): readonly ForeignKeyProblem[] {
  const problems: ForeignKeyProblem[] = [];
  for (const child of tables) {
    bindForeignKeySides(new Binder(catalog, readPoint, ''), child).asChild.forEach((bound, foreignKey) => {
      const { parent, definition } = bound;
      const rows = engine.table(child.id);
      const there = parent === null ? null : parentKeyTexts(parent, engine.table(parent.table.id), readPoint);
      const parts = parent?.parts ?? definition.columns.map((childColumn) => ({ childColumn, affinity: null }));
      scanChildren(rows, readPoint, parts, (key, location) => {
        const isOrphan = parent === null || there?.has(keyText(parent, key)) !== true;
        const rowid = rows.valueAt(location, ROWID_COLUMN) as number;
        if (isOrphan) problems.push({ table: child.name, rowid, parent: definition.parent, foreignKey });
        return true;
      });
    });
  }
  return problems;
}
