import { LatePart } from '../../base/late-part.ts';

export const RELATIONAL_PLANNING = new LatePart<
  typeof import('./plan-join.ts') & typeof import('./rules/relational.ts')
>('joins and subqueries');

export const WINDOW_PLANNING = new LatePart<typeof import('./plan-window.ts')>('window functions');
