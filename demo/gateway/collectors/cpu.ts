import { cpus } from 'node:os';
import type { Collector, Measurement } from './collector.ts';

interface CpuTimes {
  readonly busyMs: number;
  readonly totalMs: number;
}

/** Share of the time that each core, and all of them together, was not idle since the previous call, in percent. */
export function cpuCollector(): Collector {
  let previous = readTimes();
  return () => {
    const current = readTimes();
    const before = previous;
    previous = current;
    if (before.length !== current.length) return []; // A core went on- or offline.
    const measurements: Measurement[] = [];
    let busyMs = 0;
    let totalMs = 0;
    current.forEach((times, core) => {
      const busy = times.busyMs - before[core]!.busyMs;
      const total = times.totalMs - before[core]!.totalMs;
      busyMs += busy;
      totalMs += total;
      if (total > 0) measurements.push(percent(`cpu.${core}`, 'cpu_core', busy / total));
    });
    if (totalMs > 0) measurements.unshift(percent('cpu', 'cpu', busyMs / totalMs));
    return measurements;
  };
}

function readTimes(): CpuTimes[] {
  return cpus().map(({ times }) => {
    const busyMs = times.user + times.nice + times.sys + times.irq;
    return { busyMs, totalMs: busyMs + times.idle };
  });
}

function percent(sensorId: string, sensorType: string, share: number): Measurement {
  return { sensorId, sensorType, value: Math.round(share * 1000) / 10, unit: '%' };
}
