// Views, what creates anything but tables, ALTER, DROP, PRAGMA, and the tables that show the catalogue.
export * from '../../engine/transaction/unique-check.ts';
export * from '../binder/alter/bind-alter-table.ts';
export * from '../binder/alter/bind-alter-view.ts';
export * from '../binder/bind-create-index.ts';
export * from '../binder/bind-create-trigger.ts';
export * from '../binder/bind-create-view.ts';
export * from '../binder/bind-drop.ts';
export * from '../binder/bind-view.ts';
export * from '../binder/catalogue/bind-catalogue.ts';
export * from '../parser/alter-drop.ts';
export * from '../parser/create-other.ts';
export * from '../parser/utility.ts';
export * from '../runners/alter-runner.ts';
export * from '../runners/drop-runner.ts';
export * from '../runners/index-runner.ts';
export * from '../runners/pragma-runner.ts';
