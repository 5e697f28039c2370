import { assert } from '../../base/assert.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { COMMITTED_AT_COLUMN, type CommitLog } from '../transaction/commit-log.ts';

/** The setting of the file that says for how many seconds old versions are kept. */
export const RETENTION_SETTING = 'min_retention_seconds';
const DEFAULT_RETENTION_SECONDS = 30 * 24 * 60 * 60;
const MICROS = 1_000_000;

/** What keeps old versions readable. */
export interface HorizonSources {
  readonly catalog: Catalog;
  readonly commitLog: CommitLog;
  /** Microseconds since 1970 UTC. */
  readonly nowMicros: number;
  /** The transaction of the oldest open reader; null without one. */
  readonly oldestReader: number | null;
}

/** The oldest transaction whose state has to stay readable. Versions that ended at or before it may go. */
export function horizonOf({ catalog, commitLog, nowMicros, oldestReader }: HorizonSources): number {
  const ageMicros = retentionSeconds(catalog, commitLog.lastTransaction) * MICROS;
  // A clock that was set back makes nothing older than it is.
  const byAge = newestUntil(commitLog, Math.max(nowMicros, commitLog.lastMicros) - ageMicros);
  return oldestReader === null ? byAge : Math.min(byAge, oldestReader);
}

export function retentionSeconds(catalog: Catalog, transaction: number): number {
  return catalog.setting({ transaction }, RETENTION_SETTING)?.value ?? DEFAULT_RETENTION_SECONDS;
}

/** The newest transaction that was committed until then; 0 where none was. */
function newestUntil(commitLog: CommitLog, micros: number): number {
  let [low, high] = [0, commitLog.lastTransaction];
  if (commitLog.lastMicros <= micros) return high;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (committedAt(commitLog, middle) <= micros) low = middle;
    else high = middle;
  }
  return low;
}

function committedAt({ table }: CommitLog, transaction: number): number {
  const location = table.find({ transaction: Number.MAX_SAFE_INTEGER }, transaction);
  assert(location >= 0, 'the commit log has every transaction');
  return Number(table.valueAt(location, COMMITTED_AT_COLUMN));
}
