// What operators do whose rows do not fit into memory.
export * from '../executor/spill/blockwise-join.ts';
export * from '../executor/spill/external-sort.ts';
export * from '../executor/spill/first-rows.ts';
export * from '../executor/spill/spilled-aggregate.ts';
export * from '../executor/spill/spilled-distinct.ts';
export * from '../executor/spill/spilled-join.ts';
export * from '../executor/spill/spilled-queue.ts';
export * from '../executor/spill/spilled-rows.ts';
export * from '../executor/spill/spilled-set-operation.ts';
export * from '../executor/spill/window-pieces.ts';
