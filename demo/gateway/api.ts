/** What the gateway tells the page, as JSON. */
import type { ReadingColumns } from './readings-store.ts';

/** GET /api/status */
export interface GatewayStatus {
  /** Of the database file: readings of another gateway have another. */
  readonly gatewayId: string;
  readonly machineId: string;
  readonly sampleEveryMs: number;
  /** Id of the newest reading that is durable. */
  readonly newestId: number;
  readonly weather: {
    /** How much faster than the clock the replay runs now: 1 when it has caught up. */
    readonly speed: number;
    /** Seconds since 1970: begin of the hour that was replayed last. */
    readonly lastTimestamp: number;
  };
}

/** GET /api/readings?after=ID&limit=COUNT&since=SECONDS: readings with a higher id, oldest first. */
export interface ReadingsPage {
  readonly gatewayId: string;
  /** Id of the newest reading that is durable: when the last of `readings` has it, the page has them all. */
  readonly newestId: number;
  readonly readings: ReadingColumns;
}
