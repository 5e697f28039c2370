export { nearestFunction, unknownFunction, unknownTableFunction } from '../binder/unknown-function.ts';
export { ELSEWHERE, ExpectationLog } from '../parser/expectations.ts';
