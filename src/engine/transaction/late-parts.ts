import { LatePart } from '../../base/late-part.ts';

/** Only CREATE INDEX on a table with rows asks for it. */
export const UNIQUE_CHECK = new LatePart<typeof import('./unique-check.ts')>('definitions');
