// EXPLAIN, and what counts for EXPLAIN ANALYZE.
export * from '../executor/counted.ts';
export * from '../runners/explain-runner.ts';
