import { LatePart } from '../../base/late-part.ts';

/** Window functions: what most pages never write is loaded on demand, here the binding of their calls. */
export const WINDOW_BINDING = new LatePart('window functions', () => import('./bind-window.ts'));
