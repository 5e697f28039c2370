// INSERT … VALUES, what all changes of rows share, and statements that begin and end transactions.
export * from '../binder/bind-insert.ts';
export * from '../binder/bind-target.ts';
export * from '../parser/insert.ts';
export * from '../parser/transactions.ts';
export * from '../planner/plan-statement.ts';
export * from '../runners/change-runner.ts';
