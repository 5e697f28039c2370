import type { Catalog } from '../catalog/catalog.ts';
import type { CommitLog } from '../transaction/commit-log.ts';
import { newestUntil } from './instants.ts';

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
export function horizonOf(sources: HorizonSources): number {
  const { catalog, commitLog } = sources;
  return horizonAfter(retentionSeconds(catalog, commitLog.lastTransaction), sources);
}

/** Likewise, of a table that keeps history for a time of its own. */
export function horizonAfter(seconds: number, { commitLog, nowMicros, oldestReader }: HorizonSources): number {
  // A clock that was set back makes nothing older than it is.
  const byAge = newestUntil(commitLog, Math.max(nowMicros, commitLog.lastMicros) - seconds * MICROS);
  return oldestReader === null ? byAge : Math.min(byAge, oldestReader);
}

export function retentionSeconds(catalog: Catalog, transaction: number): number {
  return catalog.setting({ transaction }, RETENTION_SETTING)?.value ?? DEFAULT_RETENTION_SECONDS;
}
