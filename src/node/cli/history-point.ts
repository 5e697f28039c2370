import { InvalidArgumentError } from 'commander';
import type { HistoryPoint } from '../../sql/history-point.ts';

/**
 * The point of the history that an argument names: `snapshot:NAME`, `scn:N`, a transaction's number, or else a time; or as
 * SQL names it, `SNAPSHOT 'NAME'`. Throws what Commander shows beside the option's name.
 */
export function historyPoint(text: string): HistoryPoint {
  const [, kind, rest] = /^\s*(snapshot|scn|transaction|timestamp)(?:\s*:|\s)\s*(.+?)\s*$/is.exec(text) ?? [];
  switch (kind?.toLowerCase()) {
    case 'snapshot':
      return { snapshot: unquoted(rest) };
    case 'scn':
      return { scn: numberOf(rest) };
    case 'transaction':
      return { transaction: numberOf(rest) };
    case 'timestamp':
      return { timestamp: unquoted(rest) };
  }
  if (/^\d+$/.test(text)) return { transaction: numberOf(text) };
  // Every time begins with its year.
  if (!/^\s*\d/.test(text)) throw new InvalidArgumentError('It is a time, a transaction, scn:N or snapshot:NAME.');
  return { timestamp: text };
}

function unquoted(text: string): string {
  return /^'.*'$/s.test(text) ? text.slice(1, -1).replaceAll("''", "'") : text;
}

function numberOf(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError(`"${text}" is no number.`);
  return Number(text);
}
