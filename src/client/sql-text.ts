import { HeliosError } from '../base/errors.ts';

/** The SQL text of a tagged template: each value a numbered parameter. */
export function templateSql(strings: readonly string[]): string {
  if (!Array.isArray(strings) || !('raw' in strings)) {
    throw new HeliosError(
      'MISUSE',
      'sql is a template tag: write db.sql`SELECT …`; for a text use db.query(text, params)',
    );
  }
  let text = strings[0];
  for (let i = 1; i < strings.length; i++) text += `?${i}${strings[i]}`;
  return text;
}

/** Throws MISUSE for anything but a text. */
export function checkSql(sql: unknown): void {
  if (typeof sql !== 'string') throw new HeliosError('MISUSE', `SQL must be a string, and is of type ${typeof sql}`);
}
