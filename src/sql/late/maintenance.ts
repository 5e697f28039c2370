// What moves the log into segments, and what reads all of them to see that they are whole.
export * from '../../engine/check.ts';
export * from '../../engine/jobs/checkpointer.ts';
export * from '../../engine/jobs/complete-erasure.ts';
export * from '../../engine/jobs/erasure-section.ts';
export * from '../../engine/manifest/manifest-writer.ts';
export * from '../../engine/segment/verify.ts';
export * from '../../engine/stats.ts';
