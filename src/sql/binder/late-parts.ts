import { LatePart } from '../../base/late-part.ts';

/** Joins, functions in FROM, subqueries in expressions, WITH, UNION and its like, grouping sets. */
export const RELATIONAL_BINDING = new LatePart<
  typeof import('./bind-common-table.ts') &
    typeof import('./bind-compound.ts') &
    typeof import('./bind-grouping-sets.ts') &
    typeof import('./bind-join.ts') &
    typeof import('./bind-row-values.ts') &
    typeof import('./bind-subquery.ts') &
    typeof import('./bind-table-function.ts')
>('joins and subqueries');

/** Calls with OVER. */
export const WINDOW_BINDING = new LatePart<typeof import('./bind-window.ts')>('window functions');

/**
 * What INSERT … VALUES into a table has no need of: UPDATE, DELETE, ON CONFLICT, triggers, foreign keys, and what
 * is computed when a row changes: generated columns, the keys of indexes over expressions.
 */
export const CHANGE_BINDING = new LatePart<
  typeof import('./bind-foreign-key.ts') &
    typeof import('./bind-generated.ts') &
    typeof import('./bind-trigger.ts') &
    typeof import('./bind-update.ts') &
    typeof import('./changed-relation.ts') &
    typeof import('./computed-indexes.ts') &
    typeof import('./conflict-target.ts') &
    typeof import('./foreign-keys.ts')
>('changes');

/** AS OF, VERSIONS BETWEEN, statements about the history, options of tables. */
export const TIME_TRAVEL = new LatePart<
  typeof import('./bind-as-of.ts') &
    typeof import('./bind-diff.ts') &
    typeof import('./bind-flashback.ts') &
    typeof import('./bind-set-local.ts') &
    typeof import('./bind-erase.ts') &
    typeof import('./bind-snapshot.ts') &
    typeof import('./bind-verify-ledger.ts') &
    typeof import('./bind-versions.ts') &
    typeof import('./table-options.ts') &
    typeof import('./when-there.ts')
>('time travel');

/** INSERT, and what all changes know of their table. */
export const INSERT_BINDING = new LatePart<typeof import('./bind-insert.ts') & typeof import('./bind-target.ts')>(
  'inserts',
);

/** CREATE TABLE. */
export const TABLE_BINDING = new LatePart<typeof import('./bind-create-table.ts')>('tables');

/** Views, what creates anything but tables, ALTER, DROP, PRAGMA, and the tables that show the catalogue. */
export const DEFINITION_BINDING = new LatePart<
  typeof import('./alter/bind-alter-table.ts') &
    typeof import('./alter/bind-alter-view.ts') &
    typeof import('./bind-create-index.ts') &
    typeof import('./bind-create-trigger.ts') &
    typeof import('./bind-create-view.ts') &
    typeof import('./bind-drop.ts') &
    typeof import('./bind-view.ts') &
    typeof import('./catalogue/bind-catalogue.ts')
>('definitions');

/** What errors say about functions that are not there. */
export const UNKNOWN_NAMES = new LatePart<typeof import('./unknown-function.ts')>('unknown names');

/** Arrays, and times that are moved by an INTERVAL. */
export const TYPE_BINDING = new LatePart<typeof import('./bind-arrays.ts') & typeof import('./bind-interval.ts')>(
  'arrays and intervals',
);
