import { LatePart } from '../../base/late-part.ts';

export const RELATIONAL_PLANNING = new LatePart<
  typeof import('./plan-join.ts') & typeof import('./rules/relational.ts')
>('joins and subqueries');

export const REWRITES = new LatePart<typeof import('./rules/seldom-rules.ts')>('rewrites');

/** INSERT and all other changes. */
export const INSERT_PLANNING = new LatePart<typeof import('./plan-statement.ts')>('inserts');

/** The way through an index over expressions, or of some rows only. */
export const COMPUTED_PATHS = new LatePart<typeof import('./computed-path.ts')>('changes');

export const WINDOW_PLANNING = new LatePart<typeof import('./plan-window.ts')>('window functions');

export const DISTINCT_PLANNING = new LatePart<typeof import('./plan-distinct.ts')>('DISTINCT');

/** OR through several indexes. A page that does not have it yet reads the table. */
export const ALTERNATIVES = new LatePart<typeof import('./plan-alternatives.ts')>('kernels');

/** GROUP BY, also over rows that come in the order of the keys. */
export const GROUP_ORDER = new LatePart<typeof import('./group-order.ts')>('GROUP BY');
