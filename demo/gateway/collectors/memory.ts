import { freemem, totalmem } from 'node:os';
import type { Collector } from './collector.ts';
import { readProcFile } from './proc-file.ts';

/** Share of the memory that programs hold, in percent. Linux' file cache counts as available. */
export function memoryCollector(): Collector {
  return () => {
    const used = 1 - availableBytes() / totalmem();
    return [{ sensorId: 'memory', sensorType: 'memory', value: Math.round(used * 1000) / 10, unit: '%' }];
  };
}

function availableBytes(): number {
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(readProcFile('/proc/meminfo') ?? '');
  return kilobytes === null ? freemem() : Number(kilobytes[1]) * 1024;
}
