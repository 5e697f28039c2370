import { LIMITS } from '../../base/limits.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ReadPoint } from '../table/access.ts';

/** A number that the file keeps and that says what becomes of its history. */
export interface HistorySetting {
  readonly usual: number;
  readonly most: number;
  /** What it counts; null: it is a switch, 0 or 1. */
  readonly unit: string | null;
}

/** Some 68 years. */
const MAX_SECONDS = 2 ** 31 - 1;

/** By the names of their PRAGMAs. */
export const HISTORY_SETTINGS = {
  /** Off: the past cannot be read, but for snapshots, and nothing but them, readers and rules of tables keeps it. */
  time_travel_enabled: { usual: 1, most: 1, unit: null },
  /** For how long what has been updated or deleted can be read. */
  min_retention_seconds: { usual: 30 * 24 * 60 * 60, most: MAX_SECONDS, unit: 'seconds' },
  /** How many of the newest transactions can be read at most, however young older ones are; 0: all. */
  max_retained_transactions: { usual: 0, most: Number.MAX_SAFE_INTEGER, unit: 'transactions' },
  /** Off: only VACUUM drops what lies behind the horizon. */
  auto_gc_enabled: { usual: 1, most: 1, unit: null },
  /** How many named snapshots may be there at once. */
  max_snapshots: { usual: LIMITS.namedSnapshots, most: LIMITS.namedSnapshots, unit: 'snapshots' },
} as const satisfies Readonly<Record<string, HistorySetting>>;

export type HistorySettingName = keyof typeof HISTORY_SETTINGS;

export function historySetting(catalog: Catalog, at: ReadPoint, name: HistorySettingName): number {
  return catalog.setting(at, name)?.value ?? HISTORY_SETTINGS[name].usual;
}
