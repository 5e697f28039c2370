import { LatePart } from '../../base/late-part.ts';

/** The operator of window functions, loaded on demand: a statement asks for it before it runs. */
export const WINDOW_OPERATOR = new LatePart('window functions', () => import('./window.ts'));
