/**
 * Rows in the shape of TSBS's DevOps use case, its table `cpu`: hosts that report ten percentages every 10 s, each a
 * random walk between 0 and 100 in whole steps. Deterministic, like the reference rows.
 */
import { mixed, REFERENCE_START_SECONDS } from './reference-rows.ts';

export const DEVOPS_HOSTS = 100;
export const DEVOPS_INTERVAL_SECONDS = 10;

export const DEVOPS_METRICS = [
  'usage_user',
  'usage_system',
  'usage_idle',
  'usage_nice',
  'usage_iowait',
  'usage_irq',
  'usage_softirq',
  'usage_steal',
  'usage_guest',
  'usage_guest_nice',
] as const;

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2', 'ap-southeast-1'];
const ZONES = ['a', 'b', 'c'];

export const DEVOPS_SCHEMA = `CREATE TABLE cpu (time INTEGER NOT NULL, hostname TEXT NOT NULL, region TEXT NOT NULL,
  datacenter TEXT NOT NULL, ${DEVOPS_METRICS.map((metric) => `${metric} REAL`).join(', ')});`;

export const DEVOPS_INDEXES = `CREATE INDEX cpu_hostname_time ON cpu (hostname, time DESC);
CREATE INDEX cpu_time ON cpu (time DESC);`;

/** One array for each column of {@link DEVOPS_SCHEMA}, in its order. */
export type DevopsColumns = Readonly<Record<string, readonly string[] | Float64Array>>;

export function devopsColumns(count: number): DevopsColumns {
  const time = new Float64Array(count);
  const hostname = new Array<string>(count);
  const region = new Array<string>(count);
  const datacenter = new Array<string>(count);
  for (let row = 0; row < count; row++) {
    const host = row % DEVOPS_HOSTS;
    time[row] = devopsTime(row);
    hostname[row] = devopsHost(host);
    region[row] = REGIONS[mixed(host) % REGIONS.length];
    datacenter[row] = `${region[row]}${ZONES[mixed(host + DEVOPS_HOSTS) % ZONES.length]}`;
  }
  const metrics = DEVOPS_METRICS.map((metric, number) => [metric, walks(count, number)] as const);
  return { time, hostname, region, datacenter, ...Object.fromEntries(metrics) };
}

/** Seconds since 1970 of a row. */
export function devopsTime(row: number): number {
  return REFERENCE_START_SECONDS + Math.floor(row / DEVOPS_HOSTS) * DEVOPS_INTERVAL_SECONDS;
}

/** The name of host 0 to 99. */
export function devopsHost(host: number): string {
  return `host_${host}`;
}

/** One metric of all hosts: steps are close to normal, with a deviation of 1, and rounded. */
function walks(count: number, metric: number): Float64Array {
  const values = new Float64Array(count);
  const now = Array.from({ length: DEVOPS_HOSTS }, (_, host) => mixed(host * 31 + metric * 7919) % 101);
  for (let row = 0; row < count; row++) {
    const host = row % DEVOPS_HOSTS;
    now[host] = Math.min(100, Math.max(0, now[host] + step(row * DEVOPS_METRICS.length + metric)));
    values[row] = Math.round(now[host]);
  }
  return values;
}

/** The sum of twelve even values has a deviation of 1. */
function step(n: number): number {
  let sum = 0;
  for (let i = 0; i < 12; i++) sum += mixed(n * 12 + i) / 2 ** 32;
  return sum - 6;
}
