import type { Collector } from './collector.ts';
import { readProcFile } from './proc-file.ts';
import { rates } from './rates.ts';

/** Bytes a second received and sent over all network interfaces but the loopback. */
export function networkCollector(): Collector {
  return rates(['network.in', 'network.out'], ['network_in', 'network_out'], readCounters);
}

function readCounters(): readonly number[] | null {
  const text = readProcFile('/proc/net/dev');
  if (text === null) return null;
  let received = 0;
  let sent = 0;
  for (const line of text.split('\n')) {
    const [name, counters] = line.split(':');
    if (counters === undefined || name!.trim() === 'lo') continue;
    const fields = counters.trim().split(/\s+/);
    received += Number(fields[0]);
    sent += Number(fields[8]);
  }
  return [received, sent];
}
