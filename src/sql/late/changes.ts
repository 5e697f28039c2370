// UPDATE, DELETE, and what changes of rows set off.
export * from '../binder/bind-foreign-key.ts';
export * from '../binder/bind-generated.ts';
export * from '../binder/bind-trigger.ts';
export * from '../binder/bind-update.ts';
export * from '../binder/changed-relation.ts';
export * from '../binder/computed-indexes.ts';
export * from '../binder/conflict-target.ts';
export * from '../binder/foreign-keys.ts';
export * from '../executor/build-change.ts';
export * from '../executor/compiled-trigger.ts';
export * from '../executor/computed-keys.ts';
export * from '../executor/foreign-key-orphans.ts';
export * from '../executor/foreign-keys.ts';
export * from '../executor/short-change.ts';
export * from '../executor/table-writer.ts';
export * from '../parser/update-delete.ts';
export * from '../planner/computed-path.ts';
