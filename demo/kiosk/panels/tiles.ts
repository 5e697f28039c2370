import type { Value } from 'heliosdb-nano';
import { TimeChart, type TimeSeries } from '../charts/time-chart.ts';
import { timeGrid } from '../charts/time-grid.ts';
import { byId, find, setText } from '../elements.ts';
import { formatDay, formatExtent, formatQuantity, formatTick, formatTime } from '../format.ts';
import { type Rows, WEATHER_MACHINE } from '../local-database.ts';
import type { Panel, PanelContext } from './panel.ts';

const WINDOW_SECONDS = 600;
const STEP_SECONDS = 2;
const WEATHER_WINDOW_SECONDS = 7 * 86_400;
const HOUR = 3600;

interface Tile {
  readonly name: string;
  /** Sensors of the chart; the first is the numeral. */
  readonly sensors: readonly string[];
  readonly unit: string;
  readonly atLeast: readonly [number, number];
}

const TILES: readonly Tile[] = [
  { name: 'cpu', sensors: ['cpu'], unit: '%', atLeast: [0, 100] },
  { name: 'memory', sensors: ['memory'], unit: '%', atLeast: [0, 100] },
  { name: 'network', sensors: ['network.in', 'network.out'], unit: 'B/s', atLeast: [0, 1000] },
];

const LINES: readonly TimeSeries[] = [
  { label: 'first', color: '--line-a', fill: '--fill-a' },
  { label: 'second', color: '--line-b' },
];

const MACHINE_SQL = `SELECT (timestamp / ${STEP_SECONDS}) * ${STEP_SECONDS} AS moment, AVG(value) AS mean
  FROM sensor_readings WHERE sensor_id = ? AND timestamp > ? AND timestamp <= ? GROUP BY moment ORDER BY moment`;

/** The big numerals for the machine, each over its last ten minutes. */
export function machineTiles(): Panel {
  const views = TILES.map((tile) => ({ tile, view: new TileView(tile) }));
  return {
    everyMs: 1_000,
    async refresh(context) {
      for (const { tile, view } of views) view.show(await readLines(context, tile), context.end);
    },
  };
}

async function readLines({ local, end }: PanelContext, { sensors }: Tile): Promise<readonly Rows[]> {
  const lines: Rows[] = [];
  for (const sensor of sensors) lines.push(await local.rows(MACHINE_SQL, [sensor, end - WINDOW_SECONDS, end]));
  return lines;
}

class TileView {
  private readonly root: HTMLElement;
  private readonly tile: Tile;
  private readonly chart: TimeChart;

  constructor(tile: Tile) {
    this.tile = tile;
    this.root = find(`[data-tile="${tile.name}"]`);
    this.chart = new TimeChart(find('.chart', this.root), {
      series: LINES.slice(0, tile.sensors.length),
      atLeast: tile.atLeast,
      formatTime,
      formatValue: (value) => (tile.unit === 'B/s' ? formatTick(value, tile.unit) : String(value)),
      axisWidth: tile.unit === 'B/s' ? 66 : 40,
    });
  }

  show(lines: readonly Rows[], end: number): void {
    const grids = lines.map((rows) => timeGrid(rows, end - WINDOW_SECONDS, end, STEP_SECONDS, 1));
    const values = grids.map((grid) => grid[1]!);
    const description = showNumeral(this.root, values[0]!, this.tile.unit, '10 min');
    this.chart.show([grids[0]![0], ...values], `${description} over the last ten minutes`);
  }
}

/** Fills the numeral and the line below it from a chart's values. Returns the same as a sentence. */
function showNumeral(root: HTMLElement, values: readonly (number | null)[], unit: string, window: string): string {
  const known = values.filter((value) => value !== null);
  const latest = known.at(-1);
  const quantity = latest === undefined ? { text: '–', unit } : formatQuantity(latest, unit);
  setText(find('.value', root), quantity.text);
  setText(find('.unit', root), quantity.unit);
  if (latest === undefined) {
    setText(find('.extent', root), `no readings in ${window}`);
    return 'No readings';
  }
  const extent = formatExtent(Math.min(...known), Math.max(...known), unit);
  setText(find('.extent', root), `${window}: ${extent}`);
  return `${quantity.text} ${quantity.unit}, from ${extent}`;
}

const WEATHER_SQL = `SELECT timestamp, value FROM sensor_readings
  WHERE sensor_id = 'outdoor.temperature' AND timestamp > ? ORDER BY timestamp`;

/** The replayed weather: the hour that it is at, and the week before that hour. */
export function outdoorTile(): Panel {
  const root = find('[data-tile="outdoor"]');
  const chart = new TimeChart(find('.chart', root), {
    series: LINES.slice(0, 1),
    atLeast: [0, 25],
    formatTime: formatDay,
    formatValue: String,
    axisWidth: 40,
  });
  return {
    everyMs: 1_000,
    async refresh({ local }) {
      const [row] = await local.rows('SELECT MAX(timestamp) FROM sensor_readings WHERE machine_id = ?', [
        WEATHER_MACHINE,
      ]);
      const newest: Value = row![0] ?? null;
      if (newest === null) return;
      const end = Number(newest);
      const rows = await local.rows(WEATHER_SQL, [end - WEATHER_WINDOW_SECONDS]);
      const [times, values] = timeGrid(rows, end - WEATHER_WINDOW_SECONDS, end, HOUR, 1);
      const description = showNumeral(root, values!, '°C', '7 days');
      setText(byId('outdoor-date'), `${formatDay(end)}, ${formatTime(end)}`);
      chart.show([times, values!], `Outdoor temperature ${description} over seven days`);
    },
  };
}
