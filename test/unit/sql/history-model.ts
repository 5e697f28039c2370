import { expect, test } from 'vitest';
import { testSeeds, withSeed } from '../../sim/seeds.ts';
import { RandomHistory, type RecordedState, type RecordedTable } from '../../support/random-history.ts';
import { query } from '../../support/sql-session.ts';

const SEEDS = 300;
const TRANSACTIONS = 300;
/** Transactions between two looks at the past. */
const LOOK_EVERY = 30;

/**
 * Whatever happens to a database, the states that it has been in stay what they were: AS OF, VERSIONS BETWEEN and
 * helios_diff() tell the same of them, and FLASHBACK goes there and back. In parts, for as many processors.
 */
export function tellHistories(part: number, parts: number): void {
  const seeds = testSeeds(SEEDS).filter((_, i) => i % parts === part);
  test(`${seeds.length} histories of ${TRANSACTIONS} transactions are told as they were`, {
    timeout: 3_600_000,
  }, () => {
    for (const seed of seeds) withSeed(seed, () => tell(new RandomHistory(seed)));
  });
}

function tell(history: RandomHistory): void {
  const { random } = history;
  for (let i = 1; i <= TRANSACTIONS; i++) {
    if (random.below(60) === 0) flashBack(history);
    else history.change();
    if (i % LOOK_EVERY !== 0) continue;
    if (random.below(6) === 0) history.shorten();
    look(history);
    history.disturb();
    look(history);
  }
  for (const state of history.allReadable) lookAt(history, state);
  expect(history.engine.check().problems).toEqual([]);
}

function look(history: RandomHistory): void {
  const { random } = history;
  lookAt(history, history.readable);
  if (random.below(2) === 0) lookAtVersions(history, history.readable, history.readable);
  else lookAtDifference(history, history.readable, history.readable);
}

/** AS OF tells what was recorded, by whichever name of the point. */
function lookAt(history: RandomHistory, state: RecordedState): void {
  const { random, session, states } = history;
  const point = pointOf(history, state);
  expect(history.schemaText(`AS OF ${point}`)).toBe(state.schema);
  expect(history.viewText(`AS OF ${point}`)).toBe(state.view);
  for (const [name, { rows }] of state.tables) {
    const k = random.below(9);
    const found = query(session, `SELECT * FROM ${name} AS OF ${point} ORDER BY id`);
    expect({ seen: states.length, point, name, rows: found }).toEqual({ seen: states.length, point, name, rows });
    const ids = query(session, `SELECT id FROM ${name} AS OF ${point} WHERE k = ${k} ORDER BY id`);
    expect(ids).toEqual(rows.flatMap((row) => (row[1] === k ? [[row[0]]] : [])));
  }
}

/** By its number, by any of the changes that led to it, or by any instant from its commit until the next one. */
function pointOf({ random, states }: RandomHistory, state: RecordedState): string {
  const { transaction, scn, micros } = state;
  const at = states.indexOf(state);
  const [previous, next] = [states[at - 1], states[at + 1]];
  const instant = random.between(micros, next === undefined ? micros + 1_000_000 : next.micros - 1);
  const points = [`TRANSACTION ${transaction}`, `TIMESTAMP '${timeText(instant)}'`];
  if (previous !== undefined && scn > previous.scn) points.push(`SCN ${random.between(previous.scn + 1, scn)}`);
  return random.pick(points);
}

function timeText(micros: number): string {
  const millis = Math.floor(micros / 1000);
  return `${new Date(millis).toISOString().slice(0, -1)}${String(micros - millis * 1000).padStart(3, '0')}`;
}

/** The versions of a span are those that the states in it show, with all that happened between them. */
function lookAtVersions(history: RandomHistory, a: RecordedState, b: RecordedState): void {
  const { random, session, states } = history;
  const [from, to] = a.transaction <= b.transaction ? [a, b] : [b, a];
  if (to.tables.size === 0) return;
  const [name, table] = random.pick([...to.tables]);
  const span = `VERSIONS BETWEEN TRANSACTION ${from.transaction} AND ${to.transaction}`;
  const added = '_created_txn, _ended_txn, _operation';
  const versions = query(session, `SELECT ${table.columns.join()}, ${added} FROM ${name} ${span}`);
  const width = table.columns.length;
  const isSame = (row: unknown[], key: number, column: string): boolean => row[table.columns.indexOf(column)] === key;
  for (const [column, key] of [
    ['id', random.between(1, 30)],
    ['k', random.below(9)],
  ] as const) {
    const found = query(
      session,
      `SELECT ${table.columns.join()}, ${added} FROM ${name} ${span} WHERE ${column} = ${key}`,
    );
    const expected = versions.filter((row) => isSame(row, key, column));
    expect({ span, column, key, found: sorted(found) }).toEqual({ span, column, key, found: sorted(expected) });
  }
  const first = states.indexOf(from);
  for (let i = first; i <= states.indexOf(to); i++) {
    // Each third state, and both ends.
    if (i !== first && states[i] !== to && random.below(3) > 0) continue;
    const { transaction, tables } = states[i];
    const then = byId(tables, table.id);
    const inForce = versions.filter((row) => {
      const [created, ended] = row.slice(width) as [number, number | null];
      return created <= transaction && (ended === null || ended > transaction);
    });
    const ids = inForce.map(([id]) => id as number).sort((x, y) => x - y);
    if (then !== null) expect({ span, ids }).toEqual({ span, ids: then.rows.map(([id]) => id) });
    if (then !== null && isAlike(then, table)) {
      const rows = inForce.map((row) => row.slice(0, width)).sort((x, y) => Number(x[0]) - Number(y[0]));
      expect({ span, rows }).toEqual({ span, rows: then.rows });
    }
    if (then !== null && i > first) checkOperations(versions, width, then, states[i - 1], states[i]);
  }
}

/** What a transaction did to rows is what its state and the one before show. */
function checkOperations(
  versions: unknown[][],
  width: number,
  then: RecordedTable,
  previous: RecordedState,
  state: RecordedState,
): void {
  const before = byId(previous.tables, then.id);
  if (before === null) return;
  const of = (operation: string): unknown[] =>
    versions
      .filter((row) => row[width] === state.transaction && row[width + 2] === operation)
      .map(([id]) => id)
      .sort((x, y) => Number(x) - Number(y));
  const had = new Set(before.rows.map(([id]) => id));
  const has = new Set(then.rows.map(([id]) => id));
  expect(of('INSERT')).toEqual([...has].filter((id) => !had.has(id)));
  expect(of('DELETE')).toEqual([...had].filter((id) => !has.has(id)));
  expect(of('UPDATE').every((id) => had.has(id) && has.has(id))).toBe(true);
}

/** One state and the differences make the other. */
function lookAtDifference(history: RandomHistory, a: RecordedState, b: RecordedState): void {
  const { random, session } = history;
  const [name] = random.pick([...(b.tables.size > 0 ? b.tables : a.tables), ['', null] as const]);
  const [old, now] = [a.tables.get(name) ?? null, b.tables.get(name) ?? null];
  if (old === null && now === null) return;
  const statement = session.prepare(`SELECT * FROM helios_diff('${name}', ?, ?)`);
  const rows = query(session, `SELECT * FROM helios_diff('${name}', ${a.transaction}, ${b.transaction})`);
  statement.close();
  const applied = new Map((old?.rows ?? []).map((row) => [row[0], row]));
  const isComparable = old === null || now === null || isAlike(old, now);
  const isOne = old?.id === now?.id;
  const width = isOne ? 2 : 1;
  for (const [operation, key, ...values] of rows) {
    if (operation === 'DELETE') {
      expect(applied.delete(key)).toBe(true);
      continue;
    }
    expect(applied.has(key) || !isOne).toBe(operation === 'UPDATE' || !isOne);
    if (isComparable && isOne)
      applied.set(
        key,
        values.filter((_, i) => i % width === 1),
      );
    else applied.set(key, now?.rows.find(([id]) => id === key) ?? []);
  }
  const result = [...applied.values()].sort((x, y) => Number(x[0]) - Number(y[0]));
  if (isComparable) expect({ name, result }).toEqual({ name, result: now?.rows ?? [] });
  else expect(result.map(([id]) => id)).toEqual(now?.rows.map(([id]) => id));
}

/** To a state of the past, by table or as a whole, and back again. */
function flashBack(history: RandomHistory): void {
  const { random, session, newest: before } = history;
  const target = history.readable;
  if (random.below(2) === 0 && before.tables.size > 0) {
    const [name, table] = random.pick([...before.tables]);
    const then = byId(target.tables, table.id);
    const sql = `FLASHBACK TABLE ${name} TO ${pointOf(history, target)}`;
    const preview = then === null ? [] : query(session, `${sql} PREVIEW`);
    expect(history.attempt(sql)).toBe(then !== null);
    if (then === null) return;
    if (preview.length === 0) expect(session.changes).toBe(0);
    expect(session.changes).toBe(preview.length);
    history.record();
    const found = history.newest.tables.get(name) as RecordedTable;
    const { rows } = found;
    expect(rows.map(([id]) => id)).toEqual(then.rows.map(([id]) => id));
    if (isAlike(found, then)) expect(rows).toEqual(then.rows);
    return;
  }
  const sql = `FLASHBACK DATABASE TO ${pointOf(history, target)}`;
  const effects = query(session, `${sql} PREVIEW`);
  session.executeScript(sql);
  history.record();
  checkEffects(effects, before, target);
  expect(sameState(history.newest)).toEqual(sameState(target));
  if (random.below(2) === 0) return;
  session.executeScript(`FLASHBACK DATABASE TO TRANSACTION ${before.transaction}`);
  history.record();
  expect(sameState(history.newest)).toEqual(sameState(before));
}

/** What the preview said is what two states show. */
function checkEffects(effects: unknown[][], before: RecordedState, after: RecordedState): void {
  const ofTables = effects.filter(([type]) => type === 'table').map(([, name, ...effect]) => [name, effect] as const);
  // Another table of the same name may come.
  const created = ofTables.filter(([, [operation]]) => operation === 'CREATE');
  const tables = new Map(ofTables.filter((told) => !created.includes(told)));
  for (const [name, { id, rows }] of before.tables) {
    const effect = tables.get(name);
    const then = byId(after.tables, id);
    if (then === null) expect(effect).toEqual(['DROP', 0, 0, rows.length]);
    else if (isAlike(then, before.tables.get(name) as RecordedTable)) {
      const [had, has] = [rows, then.rows].map((some) => new Map(some.map((row) => [row[0], JSON.stringify(row)])));
      const count = (some: Map<unknown, string>, is: (id: unknown, row: string) => boolean): number =>
        [...some].filter(([key, row]) => is(key, row)).length;
      const inserted = count(has, (key) => !had.has(key));
      const deleted = count(had, (key) => !has.has(key));
      const updated = count(has, (key, row) => had.has(key) && had.get(key) !== row);
      expect({ name, counts: effect?.slice(1) ?? [0, 0, 0] }).toEqual({ name, counts: [inserted, updated, deleted] });
    }
  }
  const returned = [...after.tables].filter(([, { id }]) => byId(before.tables, id) === null);
  expect(new Map(created)).toEqual(new Map(returned.map(([name, { rows }]) => [name, ['CREATE', rows.length, 0, 0]])));
}

function sorted(rows: unknown[][]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

function sameState({ schema, tables }: RecordedState) {
  return { schema, tables: [...tables].sort(([a], [b]) => (a < b ? -1 : 1)) };
}

function byId(tables: RecordedState['tables'], id: number): RecordedTable | null {
  for (const table of tables.values()) if (table.id === id) return table;
  return null;
}

function isAlike(a: RecordedTable, b: RecordedTable): boolean {
  return a.numbers.join() === b.numbers.join();
}
