// ALTER, PRAGMA and the tables that show the catalogue.
export * from '../alter-runner.ts';
export * from '../binder/alter/bind-alter-table.ts';
export * from '../binder/alter/bind-alter-view.ts';
export * from '../binder/catalogue/bind-catalogue.ts';
export * from '../pragma-runner.ts';
