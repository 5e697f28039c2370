import { describe, expect, it } from 'vitest';
import { loadSeattleNormals, normalsIndex } from '../../../demo/gateway/weather-normals.ts';
import { WeatherReplay } from '../../../demo/gateway/weather-replay.ts';

const HOUR = 3600;
const NOW = Date.UTC(2026, 5, 15, 12, 30) / 1000;
const LAST_FULL_HOUR = NOW - 1800;
const normals = loadSeattleNormals();

describe('the normals', () => {
  it('are a year of hours, but the one that the file lacks', () => {
    expect(normals).toHaveLength(8760);
    expect(normals.filter((normal) => normal === null)).toHaveLength(1);
    expect(normals[0]).toBeNull();
    expect(normals[1]).toEqual({ pressureHpa: 1016.6, temperatureCelsius: 4, windMetresPerSecond: 3.8 });
  });

  it('are found by the hour in Seattle, and the 29th of February has the 28th', () => {
    expect(normalsIndex(Date.UTC(2026, 0, 1, 9) / 1000)).toBe(1);
    expect(normalsIndex(Date.UTC(2026, 0, 1, 7) / 1000)).toBe(8759);
    expect(normalsIndex(Date.UTC(2024, 1, 29, 20) / 1000)).toBe(normalsIndex(Date.UTC(2024, 1, 28, 20) / 1000));
    expect(normalsIndex(Date.UTC(2024, 2, 1, 8) / 1000)).toBe((31 + 28) * 24);
  });
});

describe('the replay', () => {
  it('begins a year ago and ends at the last full hour, without a reading from the future', () => {
    const replay = new WeatherReplay(normals, null, NOW);
    const hours = replay.advance(NOW, 100_000);
    expect(hours[0]!.timestamp).toBe(LAST_FULL_HOUR - 365 * 24 * HOUR);
    expect(hours.at(-1)!.timestamp).toBe(LAST_FULL_HOUR);
    expect(hours).toHaveLength(8760); // A year and an hour, less the missing one.
    expect(replay.caughtUp(NOW)).toBe(true);
    expect(replay.advance(NOW, 10)).toEqual([]);
    expect(replay.advance(NOW + HOUR, 10).map((hour) => hour.timestamp)).toEqual([LAST_FULL_HOUR + HOUR]);
  });

  it('goes on after the last hour that was recorded, in steps', () => {
    const last = LAST_FULL_HOUR - 5 * HOUR;
    const replay = new WeatherReplay(normals, last, NOW);
    expect(replay.advance(NOW, 2).map((hour) => hour.timestamp)).toEqual([last + HOUR, last + 2 * HOUR]);
    expect(replay.caughtUp(NOW)).toBe(false);
    expect(replay.lastTimestamp).toBe(last + 2 * HOUR);
    expect(replay.advance(NOW, 10)).toHaveLength(3);
  });
});
