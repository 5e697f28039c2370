import { LatePart } from '../base/late-part.ts';

export const TABLE_RUNNER = new LatePart<typeof import('./table-runner.ts')>('CREATE TABLE');

/** What runs the statements of DEFINITION_BINDING in binder/late-parts.ts. */
export const DEFINITION_RUNNERS = new LatePart<
  typeof import('./alter-runner.ts') &
    typeof import('./drop-runner.ts') &
    typeof import('./index-runner.ts') &
    typeof import('./pragma-runner.ts')
>('definitions');

/** INSERT, UPDATE and DELETE. */
export const CHANGES = new LatePart<typeof import('./change-runner.ts')>('inserts');

/** AS OF, and statements about the history. */
export const INSTANTS = new LatePart<
  typeof import('./erase-runner.ts') &
    typeof import('./flashback-runner.ts') &
    typeof import('./label-runner.ts') &
    typeof import('./snapshot-runner.ts') &
    typeof import('./statement-instants.ts') &
    typeof import('./trigger-instants.ts') &
    typeof import('./undrop-runner.ts')
>('time travel');

/** A page that does not have it yet runs every query by operators. */
export const DIRECT = new LatePart<typeof import('./direct-runner.ts')>('direct queries');

export const EXPLAIN = new LatePart<typeof import('./explain-runner.ts')>('EXPLAIN');

/** Rows and columns that come without a statement. */
export const BULK_INSERT = new LatePart<typeof import('./bulk-insert.ts')>('bulk inserts');
