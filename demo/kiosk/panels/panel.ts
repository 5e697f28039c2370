import type { LocalDatabase } from '../local-database.ts';

export interface PanelContext {
  readonly local: LocalDatabase;
  readonly machineId: string;
  /** Seconds since 1970 at which the charts end: the clock while the gateway is there, else its newest reading. */
  readonly end: number;
}

/** A part of the wall that a query fills. */
export interface Panel {
  readonly everyMs: number;
  refresh(context: PanelContext): Promise<void>;
}
