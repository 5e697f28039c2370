// INSERT … VALUES, and what all changes of rows share.
export * from '../binder/bind-insert.ts';
export * from '../binder/bind-target.ts';
export * from '../parser/insert.ts';
export * from '../planner/plan-statement.ts';
export * from '../runners/change-runner.ts';
