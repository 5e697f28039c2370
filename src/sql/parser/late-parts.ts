import { LatePart } from '../../base/late-part.ts';

/** What a SYNTAX_ERROR lists: the parser asks for it where a statement is wrong. */
export const EXPECTATIONS = new LatePart<typeof import('./expectations.ts')>('syntax errors');

/** UPDATE and DELETE. */
export const CHANGE_PARSING = new LatePart<typeof import('./update-delete.ts')>('changes');

/** INSERT; BEGIN, COMMIT and their like. */
export const INSERT_PARSING = new LatePart<typeof import('./insert.ts') & typeof import('./transactions.ts')>(
  'inserts',
);

/** CREATE TABLE. */
export const TABLE_PARSING = new LatePart<typeof import('./create-table.ts')>('tables');

/** Statements that are seldom among a page's first: what defines, alters and drops, PRAGMA, EXPLAIN. */
export const DEFINITION_PARSING = new LatePart<
  typeof import('./alter-drop.ts') & typeof import('./create-other.ts') & typeof import('./utility.ts')
>('definitions');

/** WITH; and in FROM, anything but one table by its name. */
export const RELATIONAL_PARSING = new LatePart<
  typeof import('./array-subquery.ts') &
    typeof import('./joined-tables.ts') &
    typeof import('./quantified-match.ts') &
    typeof import('./row-locks.ts') &
    typeof import('./with.ts')
>('joins and subqueries');

/** Points of the history behind a table's name, and statements about it. */
export const TIME_TRAVEL_PARSING = new LatePart<
  typeof import('./erase.ts') &
    typeof import('./flashback.ts') &
    typeof import('./history-points.ts') &
    typeof import('./set-local.ts') &
    typeof import('./snapshots.ts') &
    typeof import('./verify-ledger.ts')
>('time travel');

/** What follows OVER and WINDOW. */
export const WINDOW_PARSING = new LatePart<typeof import('./windows.ts')>('window functions');

/** INTERVAL '1 day'. */
export const INTERVAL_PARSING = new LatePart<typeof import('./interval.ts')>('intervals');
