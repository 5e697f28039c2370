import type { Collector } from './collector.ts';

/** Turns counters of bytes, which only grow, into bytes a second. `read` gives null where there are none. */
export function rates(
  sensorIds: readonly string[],
  sensorTypes: readonly string[],
  read: () => readonly number[] | null,
): Collector {
  let previous = read();
  return (elapsedSeconds) => {
    const current = read();
    const before = previous;
    previous = current;
    if (before === null || current === null || elapsedSeconds <= 0) return [];
    // A counter that went back belongs to a device that was removed or reset: this interval has no rate.
    if (current.some((counter, position) => counter < before[position]!)) return [];
    return current.map((counter, position) => ({
      sensorId: sensorIds[position]!,
      sensorType: sensorTypes[position]!,
      value: Math.round((counter - before[position]!) / elapsedSeconds),
      unit: 'B/s',
    }));
  };
}
