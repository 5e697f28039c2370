import type { Collector } from './collectors/collector.ts';
import type { Reading, ReadingsStore } from './readings-store.ts';
import { MACHINE_LINE, WEATHER_LINE, WEATHER_MACHINE } from './schema.ts';
import type { WeatherReplay } from './weather-replay.ts';

export const SAMPLE_EVERY_MS = 250;
const RETENTION_EVERY_MS = 60_000;
const DAY_SECONDS = 86_400;

export interface RecorderOptions {
  readonly store: ReadingsStore;
  readonly collector: Collector;
  readonly replay: WeatherReplay;
  readonly machineId: string;
  /** Hours of weather in one sample, until the replay has caught up with the clock. */
  readonly replayHours: number;
  readonly keepDays: number;
  /** The database refused: the recorder has stopped. */
  readonly onFailure: (error: unknown) => void;
}

/** Four times a second: measures, adds the weather that is due, and commits both as one transaction. */
export class Recorder {
  private readonly options: RecorderOptions;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private lastSampleMs = 0;
  private nextRetentionMs = 0;
  /** Readings acknowledged in this run. */
  recorded = 0;

  constructor(options: RecorderOptions) {
    this.options = options;
  }

  start(): void {
    this.lastSampleMs = performance.now();
    this.timer = setInterval(() => this.sample(), SAMPLE_EVERY_MS);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  private sample(): void {
    const startedMs = performance.now();
    const elapsedSeconds = (startedMs - this.lastSampleMs) / 1000;
    this.lastSampleMs = startedMs;
    try {
      const readings = [...this.measure(elapsedSeconds), ...this.weather()];
      this.options.store.append(readings);
      this.recorded += readings.length;
      if (startedMs >= this.nextRetentionMs) this.forgetOld(startedMs);
    } catch (error) {
      this.stop();
      this.options.onFailure(error);
    }
  }

  private measure(elapsedSeconds: number): Reading[] {
    const { collector, machineId } = this.options;
    const timestamp = nowSeconds();
    return collector(elapsedSeconds).map((measurement) => ({
      ...measurement,
      timestamp,
      machineId,
      lineId: MACHINE_LINE,
    }));
  }

  private weather(): Reading[] {
    const { replay, replayHours } = this.options;
    return replay.advance(nowSeconds(), replayHours).flatMap(({ timestamp, measurements }) =>
      measurements.map((measurement) => ({
        ...measurement,
        timestamp,
        machineId: WEATHER_MACHINE,
        lineId: WEATHER_LINE,
      })),
    );
  }

  /** After a long pause there is much to delete: a slice a sample until it is done, then again in a minute. */
  private forgetOld(nowMs: number): void {
    const { store, machineId, keepDays } = this.options;
    const deleted = store.deleteSlice(machineId, nowSeconds() - keepDays * DAY_SECONDS);
    if (deleted === 0) this.nextRetentionMs = nowMs + RETENTION_EVERY_MS;
  }
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
