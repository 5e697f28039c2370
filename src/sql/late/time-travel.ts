// AS OF; how long tables keep their history.
export * from '../binder/bind-as-of.ts';
export * from '../binder/table-options.ts';
export * from '../statement-instants.ts';
