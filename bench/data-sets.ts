/** Shapes of rows on which encodings are measured. */
import { devopsColumns } from './devops-rows.ts';
import { energyColumns } from './energy-rows.ts';
import { iotColumns } from './iot-rows.ts';
import { mixed, REFERENCE_START_SECONDS, referenceColumns } from './reference-rows.ts';

export type Columns = Readonly<Record<string, readonly string[] | Float64Array>>;

export interface DataSet {
  readonly name: string;
  readonly columns: Columns;
  /** Columns of kind integer; other numbers are reals. */
  readonly integers: readonly string[];
  /** Keys of each index, as `name` or `name DESC`. */
  readonly indexes: readonly (readonly string[])[];
}

export const DATA_SETS: readonly { readonly name: string; readonly make: (rowCount: number) => DataSet }[] = [
  { name: 'readings', make: readings },
  { name: 'readings, one sensor after the other', make: readingsBySensor },
  {
    name: 'energy',
    make: (rowCount) => set('energy', { ...energyColumns(rowCount) }, ['floor', 'timestamp'], []),
  },
  {
    name: 'devops',
    make: (rowCount) => set('devops', devopsColumns(rowCount), ['time'], [['hostname', 'time DESC'], ['time DESC']]),
  },
  { name: 'iot', make: (rowCount) => set('iot', iotColumns(rowCount), ['time'], [['name', 'time DESC']]) },
  { name: 'jitter', make: jitter },
  { name: 'random', make: random },
  { name: 'computed', make: computed },
  { name: 'log lines', make: logLines },
];

function set(
  name: string,
  columns: Columns,
  integers: readonly string[],
  indexes: readonly (readonly string[])[],
): DataSet {
  return { name, columns, integers, indexes };
}

function readings(rowCount: number): DataSet {
  const synced = Float64Array.from({ length: rowCount }, (_, row) => (row < rowCount * 0.9 ? 1 : 0));
  const rows = referenceColumns(rowCount);
  // The hosts' clock at each insert: 10,000 rows a second.
  const created_at = rows.timestamp.map((_, row) => REFERENCE_START_SECONDS + Math.floor(row / 10_000));
  return set(
    'readings',
    { ...rows, synced, created_at },
    ['timestamp', 'synced', 'created_at'],
    [
      ['timestamp DESC', 'synced'],
      ['machine_id', 'timestamp DESC'],
      ['sensor_type', 'timestamp DESC'],
    ],
  );
}

/** As a gateway loads what its sensors have buffered: an hour of one, then the same hour of the next. */
function readingsBySensor(rowCount: number): DataSet {
  const hour = 3600;
  const number = (row: number): number => mixed(row) / 2 ** 32;
  const sensor = (row: number): number => Math.floor(row / hour) % 20;
  const columns = {
    sensor_id: Array.from({ length: rowCount }, (_, row) => `SENSOR-${sensor(row)}`),
    value: Float64Array.from({ length: rowCount }, (_, row) => {
      return Math.round((21 + 3 * Math.sin(row / 600) + number(row) * 0.2) * 100) / 100;
    }),
    timestamp: Float64Array.from({ length: rowCount }, (_, row) => {
      return REFERENCE_START_SECONDS + Math.floor(row / hour / 20) * hour + (row % hour);
    }),
  };
  return set('readings, one sensor after the other', columns, ['timestamp'], [['sensor_id', 'timestamp DESC']]);
}

/** One sensor, once a second, whose clock is off by up to 10 ms either way; the value wanders in hundredths. */
function jitter(rowCount: number): DataSet {
  const time = new Float64Array(rowCount);
  const value = new Float64Array(rowCount);
  let hundredths = 2150;
  for (let row = 0; row < rowCount; row++) {
    time[row] = REFERENCE_START_SECONDS * 1000 + row * 1000 + (mixed(row) % 21) - 10;
    hundredths += (mixed(row + 2 ** 30) % 7) - 3;
    value[row] = hundredths / 100;
  }
  return set('jitter', { time, value }, ['time'], [['time DESC']]);
}

/** What no encoding can make small, and what looks like it. */
function random(rowCount: number): DataSet {
  const unit = (row: number): number => (mixed(row * 2) * 2 ** 21 + (mixed(row * 2 + 1) >>> 11)) / 2 ** 53;
  const columns = {
    unit: Float64Array.from({ length: rowCount }, (_, row) => unit(row)),
    near_one: Float64Array.from({ length: rowCount }, (_, row) => 1 + unit(row) / 1000),
    float32: Float64Array.from({ length: rowCount }, (_, row) => Math.fround(20 + 5 * unit(row))),
    wave: Float64Array.from({ length: rowCount }, (_, row) => Math.sin(row / 1000)),
    repeated: Float64Array.from({ length: rowCount }, (_, row) => unit(Math.floor(row / 50))),
    flag: Float64Array.from({ length: rowCount }, (_, row) => (mixed(row) % 10 === 0 ? 1 : 0)),
    micros: Float64Array.from({ length: rowCount }, (_, row) => (1_735_689_600 + row * 60) * 1e6),
    micros_gaps: Float64Array.from(
      { length: rowCount },
      (_, row) => (1_735_689_600 + row * 60 + (mixed(row) % 9)) * 1e6,
    ),
  };
  return set('random', columns, ['flag', 'micros', 'micros_gaps'], [['unit']]);
}

/** What programs compute from readings, which are no decimals any more. */
function computed(rowCount: number): DataSet {
  const { value } = referenceColumns(rowCount);
  const uneven = (row: number): number => mixed(row) / 2 ** 32 - 0.5;
  const walk = new Float64Array(rowCount);
  const walks = new Float64Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    walk[row] = (row === 0 ? 20 : walk[row - 1]) + uneven(row) / 100;
    // A thermometer of forty that seldom says something new.
    const moves = mixed(row + 2 ** 29) % 5 === 0;
    walks[row] = (row < 40 ? 20 : walks[row - 40]) + (moves ? uneven(row) / 100 : 0);
  }
  const columns = {
    mean_of_60: value.map((_, row) => {
      const from = Math.max(0, row - 59);
      return value.subarray(from, row + 1).reduce((sum, each) => sum + each, 0) / (row + 1 - from);
    }),
    mean_of_hour: value.map((_, row) => value[row - (row % 60)] / 3),
    walk,
    walks,
    smoothed: walk.map((_, row) => walk[Math.max(0, row - 1)] * 0.9 + walk[row] * 0.1),
    fahrenheit: value.map((each) => each * 1.8 + 32),
    ratio: value.map((each, row) => each / value[Math.max(0, row - 1)]),
  };
  return set('computed', columns, [], []);
}

/** Texts that are all distinct: paths in order, and lines as programs log them. */
function logLines(rowCount: number): DataSet {
  const levels = ['INFO', 'INFO', 'INFO', 'WARN', 'ERROR'];
  const line = (row: number): string => {
    const level = levels[mixed(row) % levels.length];
    return `${level} request ${mixed(row * 3)} from 10.0.${mixed(row) % 256}.${mixed(row + 7) % 256} took ${mixed(row * 5) % 900} ms`;
  };
  const uuid = (row: number): string => {
    const hex = (n: number): string => mixed(n).toString(16).padStart(8, '0');
    return `${hex(row * 4)}-${hex(row * 4 + 1).slice(0, 4)}-4${hex(row * 4 + 2).slice(0, 3)}-${hex(row * 4 + 3)}`;
  };
  const columns = {
    path: Array.from({ length: rowCount }, (_, row) => `/factory/line-${Math.floor(row / 5000)}/part/${row}`),
    line: Array.from({ length: rowCount }, (_, row) => line(row)),
    uuid: Array.from({ length: rowCount }, (_, row) => uuid(row)),
    json: Array.from(
      { length: rowCount },
      (_, row) => `{"sensor":${row % 50},"temperature":${(mixed(row) % 400) / 10},"ok":true}`,
    ),
  };
  return set('log lines', columns, [], [['path']]);
}

/** One row for each number of a table: the time in seconds, the column's name, and the number. */
export function longForm(name: string, csv: string): DataSet {
  const [head, ...lines] = csv.trimEnd().split(/\r?\n/);
  const names = head.split(',').slice(1);
  const times: number[] = [];
  const metrics: string[] = [];
  const values: number[] = [];
  for (const line of lines) {
    const [time, ...fields] = line.split(',');
    fields.forEach((field, i) => {
      times.push(Date.parse(`${time}Z`) / 1000);
      metrics.push(names[i]);
      values.push(Number(field));
    });
  }
  const columns = { timestamp: Float64Array.from(times), metric: metrics, value: Float64Array.from(values) };
  return set(name, columns, ['timestamp'], [['metric', 'timestamp DESC']]);
}
