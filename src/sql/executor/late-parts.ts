import { LatePart } from '../../base/late-part.ts';

export const RELATIONAL_OPERATORS = new LatePart<
  typeof import('./common-table.ts') &
    typeof import('./join.ts') &
    typeof import('./lookup-join.ts') &
    typeof import('./recursive.ts') &
    typeof import('./set-operation.ts')
>('joins and subqueries');

export const WINDOW_OPERATOR = new LatePart<typeof import('./window.ts')>('window functions');
