// TIMESTAMP, DATE, DECIMAL, JSON, UUID and arrays; INTERVAL beside times.
export * from '../binder/bind-arrays.ts';
export * from '../binder/bind-interval.ts';
export * from '../expressions/build-array.ts';
export * from '../expressions/build-decimal.ts';
export * from '../expressions/build-typed-sides.ts';
export * from '../expressions/coercion/extended-column.ts';
export * from '../expressions/coercion/extended-convert.ts';
export * from '../expressions/values/extended-affinity.ts';
export * from '../expressions/values/extended-cast.ts';
export * from '../expressions/values/json-text.ts';
export * from '../functions/aggregates/decimal-sum.ts';
export * from '../parser/interval.ts';
