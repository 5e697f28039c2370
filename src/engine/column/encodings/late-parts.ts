import { LatePart } from '../../../base/late-part.ts';

/** The encodings that checkpoints choose and commits do not: asked for when a database has segments that use them. */
export const STORED_ENCODINGS = new LatePart<typeof import('./stored-encodings.ts')>('encodings of segments');
