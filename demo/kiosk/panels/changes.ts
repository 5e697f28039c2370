import { byId, create, setText } from '../elements.ts';
import { formatCount, formatDuration, formatInstant } from '../format.ts';
import type { LocalDatabase, Rows } from '../local-database.ts';
import { sensorName, TYPE_NAMES } from '../sensor-names.ts';
import type { TimeLine } from '../time-line.ts';
import type { Panel } from './panel.ts';

const FIRST_SPAN_SECONDS = 600;

const READINGS_SQL = `SELECT COALESCE(new_sensor_id, old_sensor_id) AS sensor_id,
    SUM(operation = 'INSERT') AS inserted, SUM(operation = 'UPDATE') AS updated, SUM(operation = 'DELETE') AS deleted
  FROM helios_diff('sensor_readings', ?1, ?2) GROUP BY 1 ORDER BY 1`;
const LIMITS_SQL = `SELECT COALESCE(new_sensor_type, old_sensor_type) AS sensor_type, old_above, new_above,
    COALESCE(new_unit, old_unit) AS unit
  FROM helios_diff('alarm_limits', ?1, ?2) ORDER BY 1`;

/** The difference between the instant that the wall shows and an earlier one: readings by sensor, and each limit. */
export function changesPanel(local: LocalDatabase, timeLine: TimeLine, refreshNow: () => void): Panel {
  const panel = byId('changes');
  const toggle = byId<HTMLButtonElement>('changes-toggle');
  const slider = byId<HTMLInputElement>('since');
  const output = byId('changes-output');
  let shown = '';
  /** A value outside of the slider's ends would be moved to them. */
  const stretch = (): void => {
    slider.min = String(timeLine.oldest);
    slider.max = String(timeLine.shown);
  };
  // Other panels may come first: what is there meanwhile is the answer to an earlier question.
  const compare = (): void => {
    shown = '';
    setText(byId('since-text'), formatInstant(slider.valueAsNumber));
    setText(byId('changes-span'), 'comparing …');
    refreshNow();
  };
  toggle.addEventListener('click', () => {
    panel.hidden = !panel.hidden;
    toggle.setAttribute('aria-expanded', String(!panel.hidden));
    stretch();
    if (panel.hidden) return;
    slider.value = String(timeLine.shown - FIRST_SPAN_SECONDS);
    compare();
  });
  slider.addEventListener('input', compare);
  return {
    everyMs: 5_000,
    async refresh() {
      if (panel.hidden) return;
      const until = timeLine.shown;
      stretch();
      const since = slider.valueAsNumber;
      setText(byId('since-text'), formatInstant(since));
      if (shown === `${since} ${until}`) return;
      shown = `${since} ${until}`;
      const startedMs = performance.now();
      const span = [since, until].map((second) => new Date(second * 1000));
      const readings = await local.rows(READINGS_SQL, span);
      const limits = await local.rows(LIMITS_SQL, span);
      const time = formatDuration(performance.now() - startedMs);
      setText(byId('changes-span'), `${formatInstant(since)} – ${formatInstant(until)}, compared in ${time}`);
      output.replaceChildren(limitsTable(limits), readingsTable(readings));
    },
  };
}

function readingsTable(rows: Rows): HTMLElement {
  if (rows.length === 0) return create('p', 'note', 'sensor_readings: no difference');
  const body = rows.map(([sensor, ...counts]) =>
    create('tr', '', heading(sensorName(String(sensor))), ...counts.map((count) => number(formatCount(Number(count))))),
  );
  return table(['sensor_readings', 'New', 'Changed', 'Deleted'], body);
}

function limitsTable(rows: Rows): HTMLElement {
  if (rows.length === 0) return create('p', 'note', 'alarm_limits: no difference');
  const body = rows.map(([type, before, after, unit]) => {
    const values = [before, after].map((value) => number(value === null ? '–' : `${value} ${unit}`));
    return create('tr', '', heading(TYPE_NAMES[String(type)] ?? String(type)), ...values);
  });
  return table(['alarm_limits', 'Before', 'After'], body);
}

function table(names: readonly string[], body: readonly HTMLElement[]): HTMLElement {
  const head = names.map((name, position) => create('th', position === 0 ? '' : 'number', name));
  return create(
    'div',
    'scroll-x',
    create('table', '', create('thead', '', create('tr', '', ...head)), create('tbody', '', ...body)),
  );
}

function heading(text: string): HTMLTableCellElement {
  const cell = create('th', '', text);
  cell.scope = 'row';
  return cell;
}

function number(text: string): HTMLTableCellElement {
  return create('td', 'number', text);
}
