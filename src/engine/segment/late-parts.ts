import { LatePart } from '../../base/late-part.ts';

export const SEGMENT_CHECKS = new LatePart<typeof import('./verify.ts')>('checkpoints and checks');
