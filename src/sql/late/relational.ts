// Statements over more than one table or query.
export * from '../binder/bind-common-table.ts';
export * from '../binder/bind-compound.ts';
export * from '../binder/bind-grouping-sets.ts';
export * from '../binder/bind-join.ts';
export * from '../binder/bind-subquery.ts';
export * from '../binder/bind-table-function.ts';
export * from '../executor/common-table.ts';
export * from '../executor/join.ts';
export * from '../executor/lookup-join.ts';
export * from '../executor/probe-join.ts';
export * from '../executor/recursive.ts';
export * from '../executor/set-operation.ts';
export * from '../executor/subqueries.ts';
export * from '../parser/joined-tables.ts';
export * from '../parser/with.ts';
export * from '../planner/plan-join.ts';
export * from '../planner/rules/relational.ts';
