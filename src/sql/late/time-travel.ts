// AS OF and VERSIONS BETWEEN, statements about the history, how long tables keep theirs.
export * from '../binder/bind-as-of.ts';
export * from '../binder/bind-diff.ts';
export * from '../binder/bind-flashback.ts';
export * from '../binder/bind-set-local.ts';
export * from '../binder/bind-snapshot.ts';
export * from '../binder/bind-versions.ts';
export * from '../binder/table-options.ts';
export * from '../executor/version-scan.ts';
export * from '../flashback-runner.ts';
export * from '../label-runner.ts';
export * from '../parser/flashback.ts';
export * from '../parser/history-points.ts';
export * from '../parser/set-local.ts';
export * from '../parser/snapshots.ts';
export * from '../snapshot-runner.ts';
export * from '../statement-instants.ts';
export * from '../undrop-runner.ts';
