// AS OF, statements about the history, how long tables keep theirs.
export * from '../binder/bind-as-of.ts';
export * from '../binder/bind-snapshot.ts';
export * from '../binder/table-options.ts';
export * from '../parser/snapshots.ts';
export * from '../snapshot-runner.ts';
export * from '../statement-instants.ts';
