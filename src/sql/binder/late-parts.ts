import { LatePart } from '../../base/late-part.ts';

/** Calls with OVER. */
export const WINDOW_BINDING = new LatePart<typeof import('./bind-window.ts')>('window functions');

/** ALTER, PRAGMA and the tables that show the catalogue. */
export const DEFINITION_BINDING = new LatePart<
  typeof import('./alter/bind-alter-table.ts') &
    typeof import('./alter/bind-alter-view.ts') &
    typeof import('./catalogue/bind-catalogue.ts')
>('definitions');
