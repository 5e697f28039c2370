import { LatePart } from '../base/late-part.ts';

/** Until it is there, the log grows. */
export const CHECKPOINTS = new LatePart<typeof import('./jobs/checkpointer.ts')>('checkpoints and checks');

export const CHECKS = new LatePart<typeof import('./check.ts') & typeof import('./stats.ts')>('checkpoints and checks');

/** Only a file in which an ERASE was interrupted asks for it when it is opened. */
export const ERASURE_JOBS = new LatePart<
  typeof import('./jobs/complete-erasure.ts') & typeof import('./jobs/erasure-section.ts')
>('checkpoints and checks');
