import { statfsSync } from 'node:fs';
import type { Collector, Measurement } from './collector.ts';
import { readProcFile } from './proc-file.ts';
import { rates } from './rates.ts';

/** /proc/diskstats counts in sectors of 512 bytes, whatever the device's own. */
const SECTOR_BYTES = 512;
/** Whole devices only (a partition's traffic is its disk's), and none that live in memory or on another device. */
const PHYSICAL_DISK = /^(?:sd[a-z]+|[hv]d[a-z]+|xvd[a-z]+|nvme\d+n\d+|mmcblk\d+)$/;

/** Bytes a second read from and written to all disks, and how full the volume of `folder` is, in percent. */
export function diskCollector(folder: string): Collector {
  const traffic = rates(['disk.read', 'disk.written'], ['disk_read', 'disk_written'], readCounters);
  return (elapsedSeconds) => [...traffic(elapsedSeconds), usedSpace(folder)];
}

function readCounters(): readonly number[] | null {
  const text = readProcFile('/proc/diskstats');
  if (text === null) return null;
  let read = 0;
  let written = 0;
  let disks = 0;
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (!PHYSICAL_DISK.test(fields[2] ?? '')) continue;
    disks++;
    read += Number(fields[5]) * SECTOR_BYTES;
    written += Number(fields[9]) * SECTOR_BYTES;
  }
  return disks === 0 ? null : [read, written];
}

function usedSpace(folder: string): Measurement {
  const { blocks, bavail } = statfsSync(folder);
  const used = blocks === 0 ? 0 : 1 - bavail / blocks;
  return { sensorId: 'disk.used', sensorType: 'disk_used', value: Math.round(used * 1000) / 10, unit: '%' };
}
