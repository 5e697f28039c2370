import { byId, create } from '../elements.ts';
import { formatMoment, formatValue } from '../format.ts';
import { type Rows, WEATHER_MACHINE } from '../local-database.ts';
import { sensorName } from '../sensor-names.ts';
import type { Panel, PanelContext } from './panel.ts';

const EXTENT_SECONDS = 3600;
/** A sensor whose newest reading is older than this is not shown as one of the present. */
const RECENT_SECONDS = 10;
const WEATHER_EXTENT_SECONDS = 24 * 3600;

const EXTENT_SQL = `SELECT sensor_id, AVG(value) AS mean, MIN(value) AS lowest, MAX(value) AS highest
  FROM sensor_readings WHERE machine_id = ? AND timestamp > ? GROUP BY sensor_id`;
const NEWEST_SQL = `SELECT r.sensor_id, r.value, r.unit, r.timestamp FROM sensor_readings r
  JOIN (SELECT MAX(id) AS id FROM sensor_readings WHERE machine_id = ? AND timestamp > ? GROUP BY sensor_id) newest
  ON newest.id = r.id ORDER BY r.sensor_id`;

/** Every sensor with its newest value, and mean, lowest and highest of the last hour (of the last day for the weather). */
export function latestPanel(): Panel {
  const body = byId('latest-rows');
  return {
    everyMs: 5_000,
    async refresh(context) {
      const { local, end } = context;
      const machine = await readSensors(context, context.machineId, end - RECENT_SECONDS, end - EXTENT_SECONDS);
      const [row] = await local.rows('SELECT MAX(timestamp) FROM sensor_readings WHERE machine_id = ?', [
        WEATHER_MACHINE,
      ]);
      const weatherEnd = Number(row![0] ?? 0);
      const weather = await readSensors(context, WEATHER_MACHINE, weatherEnd - 1, weatherEnd - WEATHER_EXTENT_SECONDS);
      const rows = [...machine, ...weather].map((reading) => tableRow(reading, end));
      body.replaceChildren(...(rows.length === 0 ? [noRow()] : rows));
    },
  };
}

interface SensorRow {
  readonly sensorId: string;
  readonly unit: string;
  readonly timestamp: number;
  /** now, mean, lowest, highest */
  readonly values: readonly number[];
}

async function readSensors(
  { local }: PanelContext,
  machineId: string,
  newestSince: number,
  extentSince: number,
): Promise<SensorRow[]> {
  const newest: Rows = await local.rows(NEWEST_SQL, [machineId, newestSince]);
  const extents = new Map((await local.rows(EXTENT_SQL, [machineId, extentSince])).map((row) => [row[0], row]));
  return newest.map(([sensorId, value, unit, timestamp]) => {
    const [, mean, lowest, highest] = extents.get(sensorId!) ?? [sensorId, value, value, value];
    return {
      sensorId: String(sensorId),
      unit: String(unit),
      timestamp: Number(timestamp),
      values: [value, mean, lowest, highest].map(Number),
    };
  });
}

/** A database that is new, or was new at the instant that is shown. */
function noRow(): HTMLTableRowElement {
  const cell = create('td', 'note', 'no readings yet');
  cell.colSpan = 6;
  return create('tr', '', cell);
}

function tableRow({ sensorId, unit, timestamp, values }: SensorRow, now: number): HTMLTableRowElement {
  const cells = values.map((value) => create('td', 'number', formatValue(value, unit)));
  cells[0]!.classList.add('strong');
  const name = create('th', '', sensorName(sensorId));
  name.scope = 'row';
  return create('tr', '', name, ...cells, create('td', 'number', formatMoment(timestamp, now)));
}
