import type { Measurement } from './collectors/collector.ts';
import { type HourlyNormal, normalsIndex } from './weather-normals.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

export interface WeatherHour {
  /** Seconds since 1970 at which the hour begins. */
  readonly timestamp: number;
  readonly measurements: readonly Measurement[];
}

/**
 * Replays a typical year of weather behind the clock: the first start begins a year ago, and every step moves on by
 * some hours until the present is reached; from then on it is one hour an hour. The last hour replayed is known from
 * the readings themselves, so a restart goes on where the last run was, and catches up after a pause.
 */
export class WeatherReplay {
  private readonly normals: readonly (HourlyNormal | null)[];
  private position: number;

  /** `lastTimestamp`: begin of the last hour replayed, or null before the first. All times in seconds since 1970. */
  constructor(normals: readonly (HourlyNormal | null)[], lastTimestamp: number | null, now: number) {
    this.normals = normals;
    this.position = lastTimestamp ?? Math.floor(now / HOUR) * HOUR - 365 * DAY - HOUR;
  }

  /** The hours to record next, at most `maxHours` of them, none of them in the future. */
  advance(now: number, maxHours: number): readonly WeatherHour[] {
    const hours: WeatherHour[] = [];
    while (hours.length < maxHours && this.position + HOUR <= now) {
      this.position += HOUR;
      const normal = this.normals[normalsIndex(this.position)] ?? null;
      if (normal !== null) hours.push({ timestamp: this.position, measurements: measurementsOf(normal) });
    }
    return hours;
  }

  /** Begin of the hour that was replayed last. */
  get lastTimestamp(): number {
    return this.position;
  }

  caughtUp(now: number): boolean {
    return this.position + HOUR > now;
  }
}

function measurementsOf(normal: HourlyNormal): readonly Measurement[] {
  return [
    {
      sensorId: 'outdoor.temperature',
      sensorType: 'outdoor_temperature',
      value: normal.temperatureCelsius,
      unit: '°C',
    },
    { sensorId: 'outdoor.wind', sensorType: 'wind', value: normal.windMetresPerSecond, unit: 'm/s' },
    { sensorId: 'outdoor.pressure', sensorType: 'pressure', value: normal.pressureHpa, unit: 'hPa' },
  ];
}
