import { HeliosError } from '../base/errors.ts';
import type { Database, OpenOptions, SyncDatabase } from './types.ts';

/** Options that the file keeps, with the PRAGMAs that say the same. */
const PRAGMAS = {
  timeTravelEnabled: 'time_travel_enabled',
  minRetentionSeconds: 'min_retention_seconds',
  maxRetainedTransactions: 'max_retained_transactions',
  maxSnapshots: 'max_snapshots',
  autoGcEnabled: 'auto_gc_enabled',
} as const satisfies Partial<Record<keyof OpenOptions, string>>;

type HistoryOption = keyof typeof PRAGMAS;

export function historyOptionNames(): readonly HistoryOption[] {
  return Object.keys(PRAGMAS) as HistoryOption[];
}

/** Switches or counts, or MISUSE. */
export function checkHistoryOptions(options: OpenOptions): void {
  for (const name of historyOptionNames()) {
    const value = options[name];
    if (value === undefined) continue;
    const isSwitch = name.endsWith('Enabled');
    if (isSwitch ? typeof value !== 'boolean' : !Number.isSafeInteger(value) || Number(value) < 0) {
      const takes = isSwitch ? 'true or false' : 'a whole number, 0 or more';
      throw new HeliosError('MISUSE', `option ${name} is ${String(value)}; it takes ${takes}`);
    }
    if (options.readOnly === true) {
      throw new HeliosError('MISUSE', `option ${name} is kept in the file: it does not go with readOnly`);
    }
  }
}

/** Has the file keep what is given and not so already. Throws what PRAGMA throws. */
export async function keepHistoryOptions(db: Database, options: OpenOptions): Promise<void> {
  for (const [pragma, value] of given(options)) {
    const { rows } = await db.query(`PRAGMA ${pragma}`);
    if (Number(rows[0]?.[pragma]) !== value) await db.exec(`PRAGMA ${pragma} = ${value}`);
  }
}

/** The synchronous twin of {@link keepHistoryOptions}. */
export function keepHistoryOptionsSync(db: SyncDatabase, options: OpenOptions): void {
  for (const [pragma, value] of given(options)) {
    const { rows } = db.query(`PRAGMA ${pragma}`);
    if (Number(rows[0]?.[pragma]) !== value) db.exec(`PRAGMA ${pragma} = ${value}`);
  }
}

function given(options: OpenOptions): readonly (readonly [pragma: string, value: number])[] {
  return historyOptionNames().flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [[PRAGMAS[name], Number(value)] as const];
  });
}
