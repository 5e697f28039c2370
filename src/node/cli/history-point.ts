import { InvalidArgumentError } from 'commander';
import type { HistoryPoint } from '../../sql/history-point.ts';

/**
 * The point of the history that an argument names: `snapshot:NAME`, `scn:N`, a transaction's number, or else a time. Throws
 * what Commander shows beside the option's name.
 */
export function historyPoint(text: string): HistoryPoint {
  const [, kind, rest] = /^(snapshot|scn|transaction):(.+)$/is.exec(text) ?? [];
  if (kind?.toLowerCase() === 'snapshot') return { snapshot: rest };
  if (kind?.toLowerCase() === 'scn') return { scn: numberOf(rest) };
  if (kind !== undefined || /^\d+$/.test(text)) return { transaction: numberOf(rest ?? text) };
  if (text.trim() === '') throw new InvalidArgumentError('It is a time, a transaction, scn:N or snapshot:NAME.');
  return { timestamp: text };
}

function numberOf(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError(`"${text}" is no number.`);
  return Number(text);
}
