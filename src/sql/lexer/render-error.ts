import { type ErrorCode, HeliosError } from '../../base/errors.ts';

const WINDOW_COLUMNS = 80;

/**
 * The message, then the line of `sql` that holds `position` (UTF-16 code units) and a caret under it. Of a long line
 * only the 80 columns around the position are shown.
 */
export function renderSqlError(sql: string, position: number, message: string): string {
  const at = Math.max(0, Math.min(position, sql.length));
  const lineStart = at === 0 ? 0 : sql.lastIndexOf('\n', at - 1) + 1;
  const nextBreak = sql.indexOf('\n', at);
  const lineEnd = nextBreak === -1 ? sql.length : nextBreak;
  const from = Math.max(lineStart, at - WINDOW_COLUMNS / 2);
  const to = Math.min(lineEnd, from + WINDOW_COLUMNS);
  const prefix = `  line ${lineNumber(sql, lineStart)}: ${from > lineStart ? '…' : ''}`;
  const before = printable(sql.slice(from, at));
  const after = printable(sql.slice(at, to));
  const line = `${prefix}${before}${after}${to < lineEnd ? '…' : ''}`;
  return `${message}\n${line.trimEnd()}\n${' '.repeat(prefix.length + before.length)}^`;
}

/** An error about a place in the SQL text, with the message rendered. */
export function sqlError(code: ErrorCode, sql: string, position: number, message: string, hint?: string): HeliosError {
  // A hint is a clause, or a sentence of its own. What ends in a question or an ellipsis takes no full stop.
  const isSentence = hint !== undefined && /^[A-Z]/.test(hint) && !message.endsWith('…');
  const joint = !isSentence ? '; ' : message.endsWith('?') ? ' ' : '. ';
  const advised = hint === undefined ? message : `${message}${joint}${hint}`;
  const rendered = renderSqlError(sql, position, advised);
  return new HeliosError(code, rendered, hint === undefined ? { position } : { position, hint });
}

function lineNumber(sql: string, lineStart: number): number {
  let line = 1;
  for (let at = sql.indexOf('\n'); at !== -1 && at < lineStart; at = sql.indexOf('\n', at + 1)) line++;
  return line;
}

/** Control characters, tabs among them, as single spaces: the caret must stand under its character. */
function printable(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) out += text.charCodeAt(i) < 32 ? ' ' : text[i];
  return out;
}
