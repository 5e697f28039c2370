// AS OF.
export * from '../binder/bind-as-of.ts';
export * from '../statement-instants.ts';
