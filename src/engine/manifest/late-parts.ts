import { LatePart } from '../../base/late-part.ts';

/** Until it is there, no segment is made that would have to be recorded. */
export const MANIFEST_WRITING = new LatePart<typeof import('./manifest-writer.ts')>('checkpoints and checks');
