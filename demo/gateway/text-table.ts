import type { Value } from 'heliosdb-nano/node';

/** Rows as lines of text: a header, a rule, numbers to the right. */
export function formatTable(rows: readonly Readonly<Record<string, Value>>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => names.map((name) => cellText(row[name] ?? null)));
  const widths = names.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]!.length)));
  const numeric = names.map((name) => rows.every((row) => typeof row[name] !== 'string'));
  const line = (texts: readonly string[]) =>
    texts
      .map((text, column) => (numeric[column] ? text.padStart(widths[column]!) : text.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd();
  return [line(names), widths.map((width) => '─'.repeat(width)).join('  '), ...cells.map(line)].join('\n');
}

function cellText(value: Value): string {
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 19).replace('T', ' ');
  return String(value);
}
