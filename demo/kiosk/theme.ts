import { byId } from './elements.ts';

type Theme = 'light' | 'dark';

const KEY = 'theme';
const listeners: (() => void)[] = [];

/** Follows the system until somebody presses the button; then that choice stays. */
export function setUpTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const current = (): Theme => (localStorage.getItem(KEY) as Theme | null) ?? (dark.matches ? 'dark' : 'light');
  const button = byId<HTMLButtonElement>('theme');
  const apply = (): void => {
    const theme = current();
    const other = theme === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    button.textContent = other === 'dark' ? '☾' : '☀';
    button.setAttribute('aria-label', `Switch to the ${other} theme`);
    button.title = `Switch to the ${other} theme`;
    for (const listener of listeners) listener();
  };
  button.addEventListener('click', () => {
    localStorage.setItem(KEY, current() === 'dark' ? 'light' : 'dark');
    apply();
  });
  dark.addEventListener('change', apply);
  apply();
}

/** Calls back when the colours change. */
export function onThemeChange(listener: () => void): void {
  listeners.push(listener);
}

/** The value of a CSS custom property of the current theme, such as `--ink`. */
export function themeColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
