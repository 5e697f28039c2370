import type { HeliosError, Result, Row, Value } from 'heliosdb-nano';
import { byId, create } from '../elements.ts';
import { formatCount, formatDuration } from '../format.ts';
import type { LocalDatabase, Queryable } from '../local-database.ts';
import type { TimeLine } from '../time-line.ts';

const SHOWN_ROWS = 200;
const TIMEOUT_MS = 15_000;

const EXAMPLES: readonly (readonly [name: string, sql: string])[] = [
  [
    'Each sensor',
    `SELECT sensor_id, COUNT(*) AS readings, ROUND(AVG(value), 2) AS mean,
       MIN(value) AS lowest, MAX(value) AS highest
FROM sensor_readings
GROUP BY sensor_id
ORDER BY readings DESC`,
  ],
  [
    'Warmest hours',
    `SELECT strftime('%H', timestamp, 'unixepoch') AS hour_utc,
       ROUND(AVG(value), 1) AS mean_celsius
FROM sensor_readings
WHERE sensor_id = 'outdoor.temperature'
GROUP BY hour_utc
ORDER BY mean_celsius DESC
LIMIT 5`,
  ],
  [
    'Over their limit',
    `SELECT r.sensor_id, COUNT(*) AS readings, MAX(r.value) AS peak, l.above
FROM sensor_readings r
JOIN alarm_limits l ON l.sensor_type = r.sensor_type
WHERE r.value > l.above
GROUP BY r.sensor_id, l.above`,
  ],
];

/**
 * A box for SQL: the tab's own database answers, with a table or with the place of the mistake, as of the instant that
 * the wall shows.
 */
export function setUpConsole(local: LocalDatabase, timeLine: TimeLine): void {
  const form = byId<HTMLFormElement>('console-form');
  const box = byId<HTMLTextAreaElement>('sql');
  const run = (): void => void answer(local.at(timeLine.instant), box.value, byId('console-output'));
  box.value = EXAMPLES[0]![1];
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    run();
  });
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  });
  const buttons = EXAMPLES.map(([name, sql]) => {
    const button = create('button', 'example', name);
    button.type = 'button';
    button.addEventListener('click', () => {
      box.value = sql;
      run();
    });
    return button;
  });
  byId('examples').replaceChildren(...buttons);
}

async function answer(database: Queryable, sql: string, output: HTMLElement): Promise<void> {
  output.setAttribute('aria-busy', 'true');
  const startedMs = performance.now();
  try {
    const result = await database.query<Row>(sql, [], { timeoutMs: TIMEOUT_MS, rowMode: 'array' });
    output.replaceChildren(...resultElements(result, performance.now() - startedMs));
  } catch (error) {
    output.replaceChildren(errorElement(sql, error));
  }
  output.removeAttribute('aria-busy');
}

function resultElements({ rows, columns, changes }: Result<Row>, milliseconds: number): HTMLElement[] {
  const time = formatDuration(milliseconds);
  if (columns.length === 0) return [create('p', 'note', `${formatCount(changes)} rows changed in ${time}`)];
  const lists = rows as unknown as readonly (readonly Value[])[];
  const numeric = columns.map((_, position) => lists.some((row) => typeof row[position] === 'number'));
  const head = columns.map(({ name }, position) => create('th', numeric[position] ? 'number' : '', name));
  const body = lists.slice(0, SHOWN_ROWS).map((row) => create('tr', '', ...row.map(valueCell)));
  const table = create('table', '', create('thead', '', create('tr', '', ...head)), create('tbody', '', ...body));
  const more = lists.length > SHOWN_ROWS ? `, the first ${SHOWN_ROWS} shown` : '';
  const count = `${formatCount(lists.length)} ${lists.length === 1 ? 'row' : 'rows'} in ${time}${more}`;
  return [create('p', 'note', count), create('div', 'scroll-x', table)];
}

function valueCell(value: Value): HTMLTableCellElement {
  if (value === null) return create('td', 'null', 'NULL');
  if (typeof value === 'number' || typeof value === 'bigint') return create('td', 'number', String(value));
  return create('td', '', value instanceof Date ? value.toISOString() : String(value));
}

/** The message, and below the line of SQL that it is about a caret under the place. */
function errorElement(sql: string, error: unknown): HTMLElement {
  const { message, position, hint } = error as HeliosError;
  // Below its first line the message shows the place in plain text: here the page shows it.
  const children: HTMLElement[] = [create('p', 'error-message', message.split('\n', 1)[0]!)];
  if (position !== undefined) {
    const lineStart = sql.lastIndexOf('\n', position - 1) + 1;
    const lineEnd = sql.indexOf('\n', position);
    const line = sql.slice(lineStart, lineEnd === -1 ? undefined : lineEnd);
    const caret = `${' '.repeat(position - lineStart)}^`;
    children.push(create('pre', 'error-place', `${line}\n${caret}`));
  }
  if (hint !== undefined) children.push(create('p', 'note', hint));
  return create('div', 'console-error', ...children);
}
