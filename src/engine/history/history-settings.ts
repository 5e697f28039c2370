import { LIMITS } from '../../base/limits.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ReadPoint } from '../table/access.ts';

/** A number that the file keeps and that says what becomes of its history. */
export interface HistorySetting {
  readonly usual: number;
  readonly most: number;
  /** What it counts. */
  readonly unit: string;
}

/** Some 68 years. */
const MAX_SECONDS = 2 ** 31 - 1;

/** By the names of their PRAGMAs. */
export const HISTORY_SETTINGS = {
  /** For how long what has been updated or deleted can be read. */
  min_retention_seconds: { usual: 30 * 24 * 60 * 60, most: MAX_SECONDS, unit: 'seconds' },
  /** How many named snapshots may be there at once. */
  max_snapshots: { usual: LIMITS.namedSnapshots, most: LIMITS.namedSnapshots, unit: 'snapshots' },
} as const satisfies Readonly<Record<string, HistorySetting>>;

export type HistorySettingName = keyof typeof HISTORY_SETTINGS;

export function historySetting(catalog: Catalog, at: ReadPoint, name: HistorySettingName): number {
  return catalog.setting(at, name)?.value ?? HISTORY_SETTINGS[name].usual;
}
