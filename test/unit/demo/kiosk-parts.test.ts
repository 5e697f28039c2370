import { describe, expect, it } from 'vitest';
import { timeGrid } from '../../../demo/kiosk/charts/time-grid.ts';
import {
  formatBytes,
  formatDuration,
  formatExtent,
  formatQuantity,
  formatTick,
  formatValue,
} from '../../../demo/kiosk/format.ts';
import { sensorName } from '../../../demo/kiosk/sensor-names.ts';

describe('a time grid', () => {
  it('has a gap where no rows are, and leaves out rows outside of it', () => {
    const rows = [
      [90, 1, 10],
      [100, 2, 20],
      [120, 3, null],
      [140, 4, 40],
    ];
    expect(timeGrid(rows, 105, 135, 10, 2)).toEqual([
      [100, 110, 120, 130],
      [2, null, 3, null],
      [20, null, null, null],
    ]);
  });

  it('is empty when it ends before it begins', () => {
    expect(timeGrid([], 100, 50, 10, 1)).toEqual([[], []]);
  });
});

describe('formats', () => {
  it('show three digits or so, in the unit that fits', () => {
    expect(formatQuantity(7.04, '%')).toEqual({ text: '7.0', unit: '%' });
    expect(formatQuantity(100, '%').text).toBe('100');
    expect(formatQuantity(1_234_000, 'B/s')).toEqual({ text: '1.2', unit: 'MB/s' });
    expect(formatValue(999.6, 'B/s')).toBe('1.0 kB/s');
    expect(formatValue(1.234, 'processes')).toBe('1.23');
    expect(formatBytes(81_920)).toBe('81.9 kB');
    expect(formatTick(20_000_000, 'B/s')).toBe('20 MB/s');
    expect(formatTick(0.1 + 0.2, '°C')).toBe('0.3 °C');
    expect(formatExtent(2.5, 97.2, '%')).toBe('2.5 – 97.2 %');
    expect(formatExtent(0, 3200, 'B/s')).toBe('0 B/s – 3.2 kB/s');
    expect(formatDuration(2.44)).toBe('2.4 ms');
    expect(formatDuration(1_249)).toBe('1.2 s');
  });

  it('name sensors as people do', () => {
    expect(sensorName('cpu.0')).toBe('Core 1');
    expect(sensorName('temperature.coretemp0.package')).toBe('coretemp0 package');
    expect(sensorName('unknown.7')).toBe('unknown.7');
  });
});
