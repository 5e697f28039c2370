// What operators do whose rows do not fit into memory.
export * from '../executor/spill/external-sort.ts';
export * from '../executor/spill/first-rows.ts';
