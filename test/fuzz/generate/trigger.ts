import { condition } from './condition.ts';
import { number, text } from './expression.ts';
import { type ColumnInfo, type ColumnKind, type Maker, type Scope, type TableInfo, writable } from './maker.ts';
import { alone, tableScope } from './scope.ts';
import { anyLiteral, literal } from './values.ts';

type Event = 'INSERT' | 'UPDATE' | 'DELETE';

const EVENTS: readonly Event[] = ['INSERT', 'UPDATE', 'DELETE'];

/** Where triggers write down what they saw, in the order in which they fired. */
const JOURNAL: TableInfo = {
  name: 'journal',
  columns: [
    { name: 'n', kind: 'INTEGER', isRowid: true },
    { name: 'what', kind: 'TEXT' },
    { name: 'a', kind: 'ANY' },
    { name: 'b', kind: 'ANY' },
  ],
  key: ['rowid'],
  isView: false,
  uniques: [['n']],
  rows: 25,
};

/** What a trigger is made of. */
interface Frame {
  readonly name: string;
  readonly table: TableInfo;
  readonly event: Event;
  /** `new.a`, `old.a` and so on. */
  readonly scope: Scope;
  /** Tables that its statements may change. */
  readonly targets: readonly TableInfo[];
}

/** Triggers of tables, and of a view that takes changes through them; the maker knows of both. */
export function makeTriggers(maker: Maker): string[] {
  // Where triggers set off themselves, they change only tables further on, so as to come to an end.
  const isRecursive = maker.chance(0.3);
  const tables = maker.tables.filter(({ isView, key }) => !isView && key[0] === 'rowid');
  if (tables.length === 0) return [];
  const statements = ['CREATE TABLE journal (n INTEGER PRIMARY KEY, what TEXT, a ANY, b ANY) STRICT'];
  if (isRecursive) statements.push('PRAGMA recursive_triggers = ON');
  const count = maker.random.between(1, 4);
  for (let i = 0; i < count; i++) {
    const at = maker.random.below(tables.length);
    const targets = isRecursive ? tables.slice(at + 1) : tables;
    statements.push(tableTrigger(maker, `r${i}`, tables[at], targets));
  }
  if (maker.chance(0.5)) statements.push(...viewWithTriggers(maker, maker.pick(tables), tables));
  maker.tables.push(JOURNAL);
  return statements;
}

function tableTrigger(maker: Maker, name: string, table: TableInfo, targets: readonly TableInfo[]): string {
  maker.reset();
  const event = maker.pick(EVENTS);
  const time = maker.pick(['BEFORE', 'AFTER', 'AFTER']);
  // What the rowid will be, an insertion may not know before; SQLite computes what is generated only later.
  const isKnown = ({ isRowid = false, isGenerated = false }: ColumnInfo) => !isRowid && !isGenerated;
  const known = { ...table, columns: table.columns.filter(isKnown) };
  const frame: Frame = { name, table, event, scope: rowScope(time === 'BEFORE' ? known : table, event), targets };
  const columns = event === 'UPDATE' && maker.chance(0.4) ? ` OF ${names(maker.some(writable(table), 2))}` : '';
  const when = maker.chance(0.4) ? ` WHEN ${condition(maker, frame.scope, 1)}` : '';
  maker.triggered.add(table.name);
  const rows = maker.pick(['', ' FOR EACH ROW']);
  return `CREATE TRIGGER ${name} ${time} ${event}${columns} ON ${table.name}${rows}${when} BEGIN ${body(maker, frame)} END`;
}

/** A view of one table, read by rowid, that may be changed. */
function viewWithTriggers(maker: Maker, table: TableInfo, targets: readonly TableInfo[]): string[] {
  maker.reset();
  const columns = maker.some(table.columns, 3).map(({ name, kind }) => ({ name, kind }));
  const where = maker.chance(0.5) ? ` WHERE ${condition(maker, alone(tableScope(table)), 1)}` : '';
  const view: TableInfo = { name: 'door', columns, key: [], isView: true, uniques: [], rows: table.rows };
  maker.tables.push({ ...view, takesChanges: true });
  const made = EVENTS.map((event, i) => {
    maker.reset();
    const frame: Frame = { name: `d${i}`, table: view, event, scope: rowScope(view, event), targets };
    const when = maker.chance(0.3) ? ` WHEN ${condition(maker, frame.scope, 1)}` : '';
    return `CREATE TRIGGER d${i} INSTEAD OF ${event} ON door${when} BEGIN ${body(maker, frame)} END`;
  });
  return [`CREATE VIEW door AS SELECT ${names(columns)} FROM ${table.name} NOT INDEXED${where}`, ...made];
}

function names(columns: readonly { readonly name: string }[]): string {
  return columns.map(({ name }) => name).join(', ');
}

function rowScope({ columns }: TableInfo, event: Event): Scope {
  const prefixes = event === 'INSERT' ? ['new'] : event === 'DELETE' ? ['old'] : ['old', 'new'];
  const all = prefixes.flatMap((prefix) => columns.map(({ name, kind }) => ({ sql: `${prefix}.${name}`, kind })));
  return { columns: all, key: [], outer: null, rows: 25 };
}

function body(maker: Maker, frame: Frame): string {
  const { targets } = frame;
  const statements = Array.from({ length: maker.random.between(0, 2) }, () =>
    maker.choose([
      [targets.length > 0 ? 3 : 0, () => insertion(maker, frame, maker.pick(targets))],
      [targets.length > 0 ? 3 : 0, () => changeOfOne(maker, frame, maker.pick(targets))],
      [1.5, () => raise(maker, frame)],
      [0.5, () => `SELECT ${condition(maker, frame.scope, 1)};`],
    ]),
  );
  const seen = () => maker.pick([...frame.scope.columns.map(({ sql }) => sql), '(SELECT count(*) FROM journal)']);
  const note = `INSERT INTO journal (what, a, b) VALUES ('${frame.name}', ${seen()}, ${seen()});`;
  return [...statements, ...(maker.chance(0.85) || statements.length === 0 ? [note] : [])].join(' ');
}

/** A value of the row that fits, or a literal. */
function fitting(maker: Maker, { scope }: Frame, kind: ColumnKind): string {
  const columns = scope.columns.filter((column) => column.kind === kind || kind === 'ANY');
  return columns.length > 0 && maker.chance(0.6) ? maker.pick(columns).sql : literal(maker, kind);
}

function insertion(maker: Maker, frame: Frame, target: TableInfo): string {
  const action = maker.pick(['', '', ' OR IGNORE', ' OR REPLACE', ' OR ABORT', ' OR FAIL']);
  const values = writable(target).map(({ kind, isRowid }) => (isRowid ? 'NULL' : fitting(maker, frame, kind)));
  const conflict = action === '' && maker.chance(0.2) ? ' ON CONFLICT DO NOTHING' : '';
  return `INSERT${action} INTO ${target.name} (${names(writable(target))}) VALUES (${values.join(', ')})${conflict};`;
}

/** UPDATE or DELETE of one row: the order of several is open inside of a trigger. */
function changeOfOne(maker: Maker, frame: Frame, target: TableInfo): string {
  const { name } = target;
  const inner: Scope = { ...tableScope(target), outer: frame.scope };
  const where = `rowid = (SELECT ${maker.pick(['min', 'max'])}(rowid) FROM ${name} WHERE ${condition(maker, inner, 1)})`;
  const columns = writable(target).filter(({ isRowid = false }) => !isRowid);
  if (columns.length === 0 || maker.chance(0.4)) return `DELETE FROM ${name} WHERE ${where};`;
  const action = maker.pick(['', '', ' OR IGNORE', ' OR REPLACE']);
  const set = maker.some(columns, 2).map((column) => {
    const value = maker.chance(0.7)
      ? fitting(maker, frame, column.kind)
      : maker.pick([number, text])(maker, { ...alone(tableScope(target)), outer: frame.scope }, 1);
    return `${column.name} = ${value}`;
  });
  return `UPDATE${action} ${name} SET ${set.join(', ')} WHERE ${where};`;
}

function raise(maker: Maker, { scope }: Frame): string {
  const kind = maker.pick(['IGNORE', 'IGNORE', 'ABORT', 'FAIL', 'ROLLBACK']);
  const call = kind === 'IGNORE' ? 'RAISE(IGNORE)' : `RAISE(${kind}, 'no ' || ${anyLiteral(maker)})`;
  const test = condition(maker, scope, 1);
  return maker.chance(0.5) ? `SELECT ${call} WHERE ${test};` : `SELECT CASE WHEN ${test} THEN ${call} END;`;
}
