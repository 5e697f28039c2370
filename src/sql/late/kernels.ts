// Quicker ways for queries that read many rows, which they can do without.
export * from '../../engine/table/blockwise-run.ts';
export * from '../executor/joint-update.ts';
