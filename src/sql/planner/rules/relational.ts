// The rules that have nothing to do where one table is read: loaded on demand, see late-rule.ts.
export { eliminateJoins } from './eliminate-joins.ts';
export { inferPredicates } from './infer-predicates.ts';
export { inlineCommonTables } from './inline-common-tables.ts';
export { orderJoins } from './order-joins.ts';
export { simplifyOuterJoins } from './simplify-outer-joins.ts';
export { unnestLateral } from './unnest-lateral.ts';
export { unnestSubqueries } from './unnest-subqueries.ts';
