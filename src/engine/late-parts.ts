import { LatePart } from '../base/late-part.ts';

/** Until it is there, the log grows. */
export const CHECKPOINTS = new LatePart<typeof import('./jobs/checkpointer.ts')>('checkpoints and checks');

export const CHECKS = new LatePart<typeof import('./check.ts') & typeof import('./stats.ts')>('checkpoints and checks');
