import { TimeChart } from '../charts/time-chart.ts';
import { timeGrid } from '../charts/time-grid.ts';
import { byId, create, find } from '../elements.ts';
import { formatTick, formatTime } from '../format.ts';
import type { Rows } from '../local-database.ts';
import { sensorName } from '../sensor-names.ts';
import type { Panel, PanelContext } from './panel.ts';

const HOUR = 3600;
const HOURS = 24;

const SQL = `SELECT (timestamp / ${HOUR}) * ${HOUR} AS hour, AVG(value) AS mean, MAX(value) AS highest, MIN(value) AS lowest
  FROM sensor_readings WHERE sensor_id = ? AND timestamp > ? AND timestamp <= ? GROUP BY hour ORDER BY hour`;
const SENSORS_SQL = `SELECT sensor_id, MAX(unit) AS unit FROM sensor_readings
  WHERE machine_id = ? AND timestamp > ? GROUP BY sensor_id ORDER BY sensor_id`;
/** Sensors are those that reported in the last minute before the end of the charts. */
const SENSOR_WINDOW_SECONDS = 60;

/** Mean, lowest and highest of each of the last 24 hours, of the sensor that the visitor picks. */
export function hoursPanel(refreshNow: () => void): Panel {
  const select = byId<HTMLSelectElement>('hours-sensor');
  const units = new Map<string, string>();
  const unit = (): string => units.get(select.value) ?? '';
  const chart = new TimeChart(find('#hours .chart'), {
    series: [
      { label: 'mean', color: '--line-a' },
      { label: 'highest', color: '--line-edge' },
      { label: 'lowest', color: '--line-edge' },
    ],
    band: { upper: 1, lower: 2, color: '--band' },
    formatTime,
    formatValue: (value) => formatTick(value, unit()),
    points: true,
    axisWidth: 66,
  });
  select.addEventListener('change', refreshNow);
  return {
    everyMs: 5_000,
    async refresh(context) {
      listSensors(select, units, await readSensors(context));
      if (select.value === '') return;
      const { local, end } = context;
      const from = end - (HOURS - 1) * HOUR;
      const first = Math.floor(from / HOUR) * HOUR;
      const rows = await local.rows(SQL, [select.value, first - 1, end]);
      const grid = timeGrid(rows, from, end, HOUR, 3);
      chart.show(grid, `${sensorName(select.value)}: mean, lowest and highest of ${rows.length} hours`);
    },
  };
}

function readSensors({ local, machineId, end }: PanelContext): Promise<Rows> {
  return local.rows(SENSORS_SQL, [machineId, end - SENSOR_WINDOW_SECONDS]);
}

function listSensors(select: HTMLSelectElement, units: Map<string, string>, rows: Rows): void {
  for (const [id, unit] of rows) {
    const sensorId = String(id);
    if (units.has(sensorId)) continue;
    units.set(sensorId, String(unit));
    const option = create('option', '', sensorName(sensorId));
    option.value = sensorId;
    select.append(option);
  }
}
