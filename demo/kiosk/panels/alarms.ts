import { byId, create, setText } from '../elements.ts';
import { formatDay, formatTime, formatValue } from '../format.ts';
import type { Reader, Rows } from '../local-database.ts';
import { sensorName } from '../sensor-names.ts';
import type { Panel } from './panel.ts';

const HOUR = 3600;
const YEAR = 365 * 24 * HOUR;
const SHOWN = 5;
const WEATHER_TYPES = new Set(['outdoor_temperature', 'wind']);

/** Readings above a limit, those of one sensor in one minute (one day for the weather) as one alarm. */
const SQL = `SELECT sensor_id, (timestamp / ?1) * ?1 AS period, MAX(value) AS peak, COUNT(*) AS readings,
    MAX(timestamp) AS last_seen FROM sensor_readings
  WHERE sensor_type = ?2 AND timestamp > ?3 AND value > ?4
  GROUP BY sensor_id, period ORDER BY period DESC LIMIT ${SHOWN}`;

interface Alarm {
  readonly sensorId: string;
  readonly lastSeen: number;
  readonly peak: number;
  readonly readings: number;
  readonly unit: string;
  readonly above: number;
  readonly weather: boolean;
}

/** What went above its limit: of the machine in the last hour, of the weather in the replayed year. */
export function alarmsPanel(): Panel {
  const list = byId('alarm-list');
  return {
    everyMs: 2_000,
    async refresh({ local, end }) {
      const limits = await local.rows('SELECT sensor_type, above, unit FROM alarm_limits ORDER BY sensor_type');
      const alarms = await readAlarms(local, limits, end);
      const machineAlarms = alarms.filter((alarm) => !alarm.weather);
      setText(byId('alarm-count'), machineAlarms.length === 0 ? 'none in the last hour' : '');
      const shown = [...machineAlarms, ...alarms.filter((alarm) => alarm.weather)].slice(0, SHOWN);
      list.replaceChildren(...shown.map(alarmItem));
    },
  };
}

async function readAlarms(local: Reader, limits: Rows, end: number): Promise<Alarm[]> {
  const alarms: Alarm[] = [];
  for (const [type, above, unit] of limits) {
    const weather = WEATHER_TYPES.has(String(type));
    const [period, since] = weather ? [24 * HOUR, end - YEAR] : [60, end - HOUR];
    const rows = await local.rows(SQL, [period, type!, since, above!]);
    for (const [sensorId, , peak, readings, lastSeen] of rows) {
      alarms.push({
        sensorId: String(sensorId),
        lastSeen: Number(lastSeen),
        peak: Number(peak),
        readings: Number(readings),
        unit: String(unit),
        above: Number(above),
        weather,
      });
    }
  }
  return alarms.sort((a, b) => b.lastSeen - a.lastSeen);
}

function alarmItem({ sensorId, lastSeen, peak, readings, unit, above, weather }: Alarm): HTMLLIElement {
  const when = weather ? formatDay(lastSeen) : formatTime(lastSeen);
  const count = readings === 1 ? '1 reading' : `${readings} readings`;
  return create(
    'li',
    weather ? 'alarm weather' : 'alarm',
    create('span', 'alarm-peak', formatValue(peak, unit)),
    create('span', 'alarm-name', sensorName(sensorId)),
    create('span', 'alarm-when', `${when} · ${count} above ${above} ${unit}`),
  );
}
