// CREATE TABLE: what a page's first visit needs, and no later one.
export * from '../binder/bind-create-table.ts';
export * from '../parser/create-table.ts';
export * from '../runners/table-runner.ts';
