import { LatePart } from '../base/late-part.ts';

export const TABLE_RUNNER = new LatePart<typeof import('./runners/table-runner.ts')>('CREATE TABLE');

/** What runs the statements of DEFINITION_BINDING in binder/late-parts.ts. */
export const DEFINITION_RUNNERS = new LatePart<
  typeof import('./runners/alter-runner.ts') &
    typeof import('./runners/drop-runner.ts') &
    typeof import('./runners/index-runner.ts') &
    typeof import('./runners/pragma-runner.ts')
>('definitions');

/** INSERT, UPDATE and DELETE. */
export const CHANGES = new LatePart<typeof import('./runners/change-runner.ts')>('inserts');

/** AS OF, and statements about the history. */
export const INSTANTS = new LatePart<
  typeof import('./runners/erase-runner.ts') &
    typeof import('./runners/flashback-runner.ts') &
    typeof import('./runners/label-runner.ts') &
    typeof import('./runners/snapshot-runner.ts') &
    typeof import('./statement-instants.ts') &
    typeof import('./trigger-instants.ts') &
    typeof import('./runners/undrop-runner.ts')
>('time travel');

/** A page that does not have it yet runs every query by operators. */
export const DIRECT = new LatePart<typeof import('./runners/direct-runner.ts')>('direct queries');

export const EXPLAIN = new LatePart<typeof import('./runners/explain-runner.ts')>('EXPLAIN');

/** Rows and columns that come without a statement. */
export const BULK_INSERT = new LatePart<typeof import('./runners/bulk-insert.ts')>('bulk inserts');
