import type { HeliosError } from 'heliosdb-nano';
import { byId, setText } from './elements.ts';

/** Shows a message instead of the wall, with a button that tries again. */
export function showNotice(title: string, text: string, hint = ''): void {
  byId('wall').hidden = true;
  byId('notice').hidden = false;
  byId('statusbar').hidden = true;
  byId('connection').hidden = true;
  setText(byId('notice-title'), title);
  setText(byId('notice-text'), text);
  setText(byId('notice-hint'), hint);
  byId('notice-action').addEventListener('click', () => location.reload());
}

export function showOpenError(error: unknown): void {
  const { code, message, hint } = error as HeliosError;
  if (code === 'LOCKED') {
    showNotice(
      'The kiosk is open in another tab',
      message,
      hint ?? 'One tab at a time has the database. Close the other one, then try again.',
    );
  } else {
    showNotice('The database cannot be opened', message ?? String(error), hint ?? '');
  }
}
