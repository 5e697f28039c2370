// EXPLAIN, and what counts for EXPLAIN ANALYZE.
export * from '../executor/counted.ts';
export * from '../explain-runner.ts';
