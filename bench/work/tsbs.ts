import { DEVOPS_HOSTS, DEVOPS_METRICS, devopsHost, devopsTime } from '../devops-rows.ts';
import type { PeerValue } from '../peers/peer.ts';
import { mixed } from '../reference-rows.ts';
import { analyticQueries, type Query } from './queries.ts';
import type { Goal, WorkItem } from './work.ts';

const HOUR_SECONDS = 3600;

/** The questions of TSBS's DevOps use case, by its names for them, in SQL that every contender speaks. */
interface TsbsQuery {
  readonly name: string;
  readonly count: number;
  readonly sql: string;
  /** `hour` is the first second of some hour of the data, `span` its seconds in all. */
  readonly params: (i: number, hour: number) => readonly PeerValue[];
  /** Hours that the question spans. */
  readonly hours: number;
}

const MINUTE = 'time - time % 60 AS minute';
const HOUR = `time - time % ${HOUR_SECONDS} AS hour`;

const QUERIES: readonly TsbsQuery[] = [
  { name: 'single-groupby-1-1-1', count: 50, ...singleGroupBy(1, 1), hours: 1 },
  { name: 'single-groupby-1-8-1', count: 20, ...singleGroupBy(1, 8), hours: 1 },
  { name: 'single-groupby-5-1-12', count: 20, ...singleGroupBy(5, 1), hours: 12 },
  { name: 'single-groupby-5-8-1', count: 20, ...singleGroupBy(5, 8), hours: 1 },
  { name: 'cpu-max-all-8', count: 10, ...maxAll(8), hours: 8 },
  { name: 'double-groupby-1', count: 3, ...doubleGroupBy(1), hours: 12 },
  { name: 'double-groupby-5', count: 3, ...doubleGroupBy(5), hours: 12 },
  { name: 'double-groupby-all', count: 3, ...doubleGroupBy(DEVOPS_METRICS.length), hours: 12 },
  {
    name: 'groupby-orderby-limit',
    count: 3,
    sql: `SELECT ${MINUTE}, max(usage_user) AS most FROM cpu WHERE time < ? GROUP BY minute ORDER BY minute DESC LIMIT 5`,
    params: (_, hour) => [hour + HOUR_SECONDS],
    hours: 1,
  },
  {
    name: 'high-cpu-1',
    count: 20,
    sql: 'SELECT * FROM cpu WHERE usage_user > 90.0 AND time >= ? AND time < ? AND hostname = ?',
    params: (i, hour) => [hour, hour + 12 * HOUR_SECONDS, devopsHost(mixed(i) % DEVOPS_HOSTS)],
    hours: 12,
  },
  {
    name: 'high-cpu-all',
    count: 2,
    sql: 'SELECT * FROM cpu WHERE usage_user > 90.0 AND time >= ? AND time < ?',
    params: (_, hour) => [hour, hour + 12 * HOUR_SECONDS],
    hours: 12,
  },
  {
    name: 'lastpoint',
    count: 2,
    sql: `SELECT cpu.* FROM cpu JOIN (SELECT hostname, max(time) AS last FROM cpu GROUP BY hostname) AS newest
      ON cpu.hostname = newest.hostname AND cpu.time = newest.last`,
    params: () => [],
    hours: 1,
  },
];

/** All questions in one run, and each of them alone for those who look for where the time goes. */
export function tsbs(goals: readonly Goal[]): readonly WorkItem[] {
  const item = (name: string, title: string, asked: readonly TsbsQuery[], onDemand: boolean): WorkItem => ({
    name,
    title,
    unit: 'queries/s',
    goals,
    onDemand,
    contenders: (bench) =>
      analyticQueries(
        bench,
        'devops',
        asked.map((query) => asQuery(query, bench.rowCount)),
      ),
  });
  return [
    item('tsbs', `the ${QUERIES.length} questions of TSBS DevOps`, QUERIES, false),
    ...QUERIES.map((query) => item(`tsbs-${query.name}`, `TSBS ${query.name}`, [query], true)),
  ];
}

function asQuery({ sql, count, params, hours }: TsbsQuery, rowCount: number): Query {
  const [first, last] = [devopsTime(0), devopsTime(rowCount - 1)];
  const starts = Math.max(1, Math.floor((last - first) / HOUR_SECONDS) - hours + 1);
  return { sql, count, params: (i) => params(i, first + (mixed(i) % starts) * HOUR_SECONDS) };
}

function singleGroupBy(metrics: number, hosts: number) {
  return perMinute(MINUTE, 'minute', metrics, hosts, metrics === 5 && hosts === 1 ? 12 : 1);
}

function maxAll(hosts: number) {
  return perMinute(HOUR, 'hour', DEVOPS_METRICS.length, hosts, 8);
}

function perMinute(bucket: string, name: string, metrics: number, hosts: number, hours: number) {
  const list = Array.from({ length: hosts }, () => '?').join(', ');
  return {
    sql: `SELECT ${bucket}, ${aggregated('max', metrics)} FROM cpu
      WHERE hostname IN (${list}) AND time >= ? AND time < ? GROUP BY ${name} ORDER BY ${name}`,
    params: (i: number, hour: number): readonly PeerValue[] => [
      ...Array.from({ length: hosts }, (_, host) => devopsHost((mixed(i) + host) % DEVOPS_HOSTS)),
      hour,
      hour + hours * HOUR_SECONDS,
    ],
  };
}

function doubleGroupBy(metrics: number) {
  return {
    sql: `SELECT ${HOUR}, hostname, ${aggregated('avg', metrics)} FROM cpu
      WHERE time >= ? AND time < ? GROUP BY hour, hostname ORDER BY hour, hostname`,
    params: (_: number, hour: number): readonly PeerValue[] => [hour, hour + 12 * HOUR_SECONDS],
  };
}

function aggregated(aggregate: string, metrics: number): string {
  return DEVOPS_METRICS.slice(0, metrics)
    .map((metric) => `${aggregate}(${metric}) AS ${aggregate}_${metric}`)
    .join(', ');
}
