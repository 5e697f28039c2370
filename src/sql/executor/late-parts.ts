import { LatePart } from '../../base/late-part.ts';

export const WINDOW_OPERATOR = new LatePart<typeof import('./window.ts')>('window functions');
