// What moves the log into segments, and what reads all of them to see that they are whole.
export * from '../../engine/check.ts';
export * from '../../engine/history/horizon.ts';
export * from '../../engine/jobs/checkpoint.ts';
export * from '../../engine/jobs/relocation.ts';
export * from '../../engine/jobs/spill.ts';
export * from '../../engine/manifest/manifest-writer.ts';
export * from '../../engine/segment/verify.ts';
export * from '../../engine/stats.ts';
