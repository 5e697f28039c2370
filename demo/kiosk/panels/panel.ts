import type { Reader } from '../local-database.ts';

export interface PanelContext {
  /** Reads the tab's tables at the instant that the wall shows. */
  readonly local: Reader;
  readonly machineId: string;
  /**
   * Seconds since 1970 at which the charts end: the instant that the visitor chose, else the clock while the gateway is
   * there, else its newest reading.
   */
  readonly end: number;
  /** Whether the visitor chose an instant: what is shown cannot be changed. */
  readonly isPast: boolean;
}

/** A part of the wall that a query fills. */
export interface Panel {
  readonly everyMs: number;
  refresh(context: PanelContext): Promise<void>;
}
