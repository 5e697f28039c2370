export { nearestFunction, unknownFunction, unknownTableFunction } from '../binder/unknown-function.ts';
export { ExpectationLog } from '../parser/expectations.ts';
