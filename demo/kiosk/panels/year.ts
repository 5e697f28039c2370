import { TimeChart } from '../charts/time-chart.ts';
import { timeGrid } from '../charts/time-grid.ts';
import { find } from '../elements.ts';
import { formatDay } from '../format.ts';
import type { Panel } from './panel.ts';

const DAY = 86_400;
const YEAR = 365 * DAY;

const SQL = `SELECT (timestamp / ${DAY}) * ${DAY} AS day, AVG(value) AS mean, MAX(value) AS highest, MIN(value) AS lowest
  FROM sensor_readings WHERE sensor_id = 'outdoor.temperature' AND timestamp > ? GROUP BY day ORDER BY day`;

/** A year of outdoor temperature: mean, lowest and highest of each day, computed from the hours. */
export function yearPanel(): Panel {
  const chart = new TimeChart(find('#year .chart'), {
    series: [
      { label: 'mean', color: '--line-a' },
      { label: 'highest', color: null },
      { label: 'lowest', color: null },
    ],
    band: { upper: 1, lower: 2, color: '--band' },
    atLeast: [0, 26],
    formatTime: formatDay,
    formatValue: (value) => `${value}°`,
    axisWidth: 40,
  });
  return {
    everyMs: 2_000,
    async refresh({ local, end }) {
      const rows = await local.rows(SQL, [end - YEAR - DAY]);
      const grid = timeGrid(rows, end - YEAR, end, DAY, 3);
      const days = rows.length;
      chart.show(grid, `Mean, lowest and highest outdoor temperature of each of ${days} days`);
    },
  };
}
