import { LatePart } from '../../base/late-part.ts';

/** Joins, subqueries in expressions, WITH, UNION and its like, grouping sets. */
export const RELATIONAL_BINDING = new LatePart<
  typeof import('./bind-common-table.ts') &
    typeof import('./bind-compound.ts') &
    typeof import('./bind-grouping-sets.ts') &
    typeof import('./bind-join.ts') &
    typeof import('./bind-subquery.ts')
>('joins and subqueries');

/** Calls with OVER. */
export const WINDOW_BINDING = new LatePart<typeof import('./bind-window.ts')>('window functions');

/** ALTER, PRAGMA and the tables that show the catalogue. */
export const DEFINITION_BINDING = new LatePart<
  typeof import('./alter/bind-alter-table.ts') &
    typeof import('./alter/bind-alter-view.ts') &
    typeof import('./catalogue/bind-catalogue.ts')
>('definitions');
