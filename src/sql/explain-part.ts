import { LatePart } from '../base/late-part.ts';

/** Plans are looked at in development: what shows them is not part of a page's first download. */
export const EXPLAIN = new LatePart('EXPLAIN', () => import('./explain-runner.ts'));
