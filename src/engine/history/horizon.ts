import { plantedBugs } from '../../base/planted-bugs.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { CommitLog } from '../transaction/commit-log.ts';
import { type HistorySettingName, historySetting } from './history-settings.ts';
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
  const { lastTransaction } = commitLog;
  const setting = (name: HistorySettingName): number => historySetting(catalog, { transaction: lastTransaction }, name);
  if (setting('time_travel_enabled') === 0) return heldBack(lastTransaction, sources);
  const most = setting('max_retained_transactions');
  const byCount = most === 0 ? 0 : Math.max(0, lastTransaction - most);
  return heldBack(Math.max(ageLimit(setting('min_retention_seconds'), sources), byCount), sources);
}

/** Likewise, of a table that keeps history for a time of its own. */
export function horizonAfter(seconds: number, sources: HorizonSources): number {
  return heldBack(ageLimit(seconds, sources), sources);
}

/** The newest transaction of so long ago. */
function ageLimit(seconds: number, { commitLog, nowMicros }: HorizonSources): number {
  // A clock that was set back makes nothing older than it is.
  return newestUntil(commitLog, Math.max(nowMicros, commitLog.lastMicros) - seconds * MICROS);
}

/** What is being read, or has a name, stays. */
function heldBack(limit: number, { oldestReader, oldestSnapshot }: HorizonSources): number {
  if (plantedBugs.passReaders) return limit;
  return Math.min(limit, oldestReader ?? limit, oldestSnapshot ?? limit);
}
