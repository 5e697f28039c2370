import { LatePart } from '../../base/late-part.ts';

/** A page that does not have it yet gathers the rows that an index finds. */
export const BLOCKWISE_RUNS = new LatePart<typeof import('./blockwise-run.ts')>('kernels');

/** A page that does not have it yet merges them row by row. */
export const MERGED_RUNS = new LatePart<typeof import('./merged-runs.ts')>('kernels');

/** A page that does not have it yet reads the rows that an index finds value by value. */
export const GATHERING = new LatePart<typeof import('./index-gather.ts')>('kernels');

/** A page that does not have it yet orders rows by comparing their keys. */
export const SORTING = new LatePart<typeof import('./sort-permutation.ts')>('kernels');

/** Whoever asks for an earlier state has loaded what finds it. */
export const TOO_OLD = new LatePart<typeof import('./too-old.ts')>('time travel');

/** A page that does not have it yet looks at the transactions of each row in each query. */
export const VISIBLE_ROWS = new LatePart<typeof import('./visible-rows.ts')>('kernels');
