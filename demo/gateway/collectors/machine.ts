import type { Collector } from './collector.ts';
import { cpuCollector } from './cpu.ts';
import { diskCollector } from './disk.ts';
import { loadCollector } from './load.ts';
import { memoryCollector } from './memory.ts';
import { networkCollector } from './network.ts';
import { temperatureCollector } from './temperature.ts';

/** All sensors of this machine. `dataFolder` names the volume whose free space is measured. */
export function machineCollector(dataFolder: string): Collector {
  const collectors = [
    cpuCollector(),
    loadCollector(),
    memoryCollector(),
    diskCollector(dataFolder),
    networkCollector(),
    temperatureCollector(),
  ];
  return (elapsedSeconds) => collectors.flatMap((collect) => collect(elapsedSeconds));
}
