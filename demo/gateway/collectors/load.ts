import { loadavg, platform } from 'node:os';
import type { Collector } from './collector.ts';

/** Processes that ran or waited to run, averaged over a minute. Windows has no such figure. */
export function loadCollector(): Collector {
  if (platform() === 'win32') return () => [];
  return () => [{ sensorId: 'load', sensorType: 'load', value: loadavg()[0]!, unit: 'processes' }];
}
