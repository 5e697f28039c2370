import { LatePart } from '../../base/late-part.ts';

/** The binder asks for it where a call says DISTINCT. */
export const DISTINCT_AGGREGATES = new LatePart<typeof import('./aggregates/distinct.ts')>('aggregates of DISTINCT');
