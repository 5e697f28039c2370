import { LatePart } from '../../base/late-part.ts';

export const RELATIONAL_OPERATORS = new LatePart<
  typeof import('./common-table.ts') &
    typeof import('./join.ts') &
    typeof import('./lookup-join.ts') &
    typeof import('./probe-join.ts') &
    typeof import('./recursive.ts') &
    typeof import('./set-operation.ts') &
    typeof import('./subqueries.ts')
>('joins and subqueries');

/** All changes of rows but those of the short path, with everything that they set off. */
export const CHANGE_OPERATORS = new LatePart<
  typeof import('./build-change.ts') &
    typeof import('./compiled-trigger.ts') &
    typeof import('./computed-keys.ts') &
    typeof import('./foreign-key-orphans.ts') &
    typeof import('./foreign-keys.ts') &
    typeof import('./short-change.ts') &
    typeof import('./table-writer.ts')
>('changes');

export const COUNTED_OPERATOR = new LatePart<typeof import('./counted.ts')>('EXPLAIN ANALYZE');

/** A page that does not have it yet updates aggregates one by one. */
export const JOINT_UPDATES = new LatePart<typeof import('./joint-update.ts')>('kernels');

/** A page that does not have it yet reads the rows that zone maps could answer for. */
export const KNOWN_CALLS = new LatePart<typeof import('./known-calls.ts')>('kernels');

/** The hash tables of GROUP BY, which GROUP_ORDER of the planner asks for. */
export const GROUP_KEYS = new LatePart<typeof import('./key-interner.ts')>('GROUP BY');

/** What DISTINCT_PLANNING of the planner asks for. */
export const DISTINCT_OPERATOR = new LatePart<typeof import('./distinct.ts')>('DISTINCT');

/** What ALTERNATIVES of the planner asks for. */
export const UNION_SCAN = new LatePart<typeof import('./union-scan.ts')>('kernels');

/** What GROUP_ORDER of the planner asks for. */
export const ORDERED_AGGREGATES = new LatePart<
  typeof import('./group-end-scan.ts') & typeof import('./ordered-aggregate.ts')
>('GROUP BY in order');

/** What operators do whose rows do not fit into memory. */
export const SPILLING = new LatePart<
  typeof import('./spill/blockwise-join.ts') &
    typeof import('./spill/external-sort.ts') &
    typeof import('./spill/first-rows.ts') &
    typeof import('./spill/spilled-aggregate.ts') &
    typeof import('./spill/spilled-distinct.ts') &
    typeof import('./spill/spilled-join.ts') &
    typeof import('./spill/spilled-queue.ts') &
    typeof import('./spill/spilled-rows.ts') &
    typeof import('./spill/spilled-set-operation.ts') &
    typeof import('./spill/window-pieces.ts')
>('spilling');

export const WINDOW_OPERATOR = new LatePart<typeof import('./window.ts')>('window functions');

/** VERSIONS BETWEEN. */
export const VERSION_SCAN = new LatePart<typeof import('./version-scan.ts')>('time travel');
