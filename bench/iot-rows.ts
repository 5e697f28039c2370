/**
 * Rows in the shape of TSBS's IoT use case, its table `readings`: trucks that report where they are and how they drive
 * every 10 s. As there, each measure is a random walk within bounds; positions have five decimals, slopes one,
 * the others are whole. Deterministic, like the reference rows.
 */
import { mixed, REFERENCE_START_SECONDS } from './reference-rows.ts';

export const IOT_TRUCKS = 100;
const INTERVAL_SECONDS = 10;

interface Walk {
  readonly low: number;
  readonly high: number;
  /** The deviation of a step. */
  readonly step: number;
  readonly decimals: number;
}

const WALKS: Readonly<Record<string, Walk>> = {
  latitude: { low: -90, high: 90, step: 0.005, decimals: 5 },
  longitude: { low: -180, high: 180, step: 0.005, decimals: 5 },
  elevation: { low: 0, high: 500, step: 10, decimals: 0 },
  velocity: { low: 0, high: 100, step: 10, decimals: 0 },
  heading: { low: 0, high: 360, step: 5, decimals: 0 },
  grade: { low: 0, high: 100, step: 5, decimals: 0 },
  fuel_consumption: { low: 0, high: 50, step: 1, decimals: 1 },
};

const FLEETS = ['East', 'West', 'North', 'South'];
const DRIVERS = ['Derek', 'Rodney', 'Albert', 'Andy', 'Seth', 'Trish'];
const MODELS = ['F-150', 'G-2000', 'H-2'];

/** One array for each column of `readings`. */
export function iotColumns(count: number): Readonly<Record<string, readonly string[] | Float64Array>> {
  const time = Float64Array.from({ length: count }, (_, row) => {
    return REFERENCE_START_SECONDS + Math.floor(row / IOT_TRUCKS) * INTERVAL_SECONDS;
  });
  const ofTruck = (text: (truck: number) => string): string[] => {
    const texts = Array.from({ length: IOT_TRUCKS }, (_, truck) => text(truck));
    return Array.from({ length: count }, (_, row) => texts[row % IOT_TRUCKS]);
  };
  const walks = Object.entries(WALKS).map(([name, walk], number) => [name, walked(count, walk, number)] as const);
  return {
    time,
    name: ofTruck((truck) => `truck_${truck}`),
    fleet: ofTruck((truck) => FLEETS[mixed(truck) % FLEETS.length]),
    driver: ofTruck((truck) => DRIVERS[mixed(truck + 1000) % DRIVERS.length]),
    model: ofTruck((truck) => MODELS[mixed(truck + 2000) % MODELS.length]),
    ...Object.fromEntries(walks),
  };
}

function walked(count: number, { low, high, step, decimals }: Walk, number: number): Float64Array {
  const scale = 10 ** decimals;
  const now = Array.from({ length: IOT_TRUCKS }, (_, truck) => {
    return low + (mixed(truck * 31 + number * 7919) / 2 ** 32) * (high - low);
  });
  const values = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const truck = row % IOT_TRUCKS;
    now[truck] = Math.min(high, Math.max(low, now[truck] + step * normal(row * 7 + number)));
    values[row] = Math.round(now[truck] * scale) / scale;
  }
  return values;
}

/** The sum of twelve even values has a deviation of 1. */
function normal(n: number): number {
  let sum = 0;
  for (let i = 0; i < 12; i++) sum += mixed(n * 12 + i) / 2 ** 32;
  return sum - 6;
}
