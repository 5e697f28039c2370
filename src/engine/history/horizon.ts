import type { Catalog } from '../catalog/catalog.ts';
import type { CommitLog } from '../transaction/commit-log.ts';
import { historySetting } from './history-settings.ts';
import { newestUntil } from './instants.ts';

const MICROS = 1_000_000;

/** What keeps old versions readable. */
export interface HorizonSources {
  readonly catalog: Catalog;
  readonly commitLog: CommitLog;
  /** Microseconds since 1970 UTC. */
  readonly nowMicros: number;
  /** The transaction of the oldest open reader; null without one. */
  readonly oldestReader: number | null;
  /** That of the oldest snapshot with a name; null without one. */
  readonly oldestSnapshot: number | null;
}

/** The oldest transaction whose state has to stay readable. Versions that ended at or before it may go. */
export function horizonOf(sources: HorizonSources): number {
  const { catalog, commitLog } = sources;
  const at = { transaction: commitLog.lastTransaction };
  return horizonAfter(historySetting(catalog, at, 'min_retention_seconds'), sources);
}

/** Likewise, of a table that keeps history for a time of its own. */
export function horizonAfter(seconds: number, sources: HorizonSources): number {
  const { commitLog, nowMicros, oldestReader, oldestSnapshot } = sources;
  // A clock that was set back makes nothing older than it is.
  const byAge = newestUntil(commitLog, Math.max(nowMicros, commitLog.lastMicros) - seconds * MICROS);
  return Math.min(byAge, oldestReader ?? byAge, oldestSnapshot ?? byAge);
}
