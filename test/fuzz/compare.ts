import { type Outcome, type Rows, shown, type Value } from './engines/outcome.ts';

type Bag = readonly (readonly Value[])[];

/** What differs between two answers to one statement, in a sentence; null: nothing. */
export function differenceOf(sql: string, ours: Outcome, theirs: Outcome): string | null {
  if (ours.kind === 'error' || theirs.kind === 'error') {
    if (ours.kind === 'rows') return `SQLite says: ${(theirs as { message: string }).message}; we answer`;
    if (theirs.kind === 'rows') return `we say ${ours.code}: ${ours.message.split('\n')[0]}; SQLite answers`;
    // Which of several mistakes is found first is open; which constraint a row breaks is not.
    const isConstraint = (code: string | null) => code?.endsWith('VIOLATION') === true;
    const differs = isConstraint(theirs.code) && isConstraint(ours.code) && ours.code !== theirs.code;
    return differs ? `we say ${ours.code}: ${ours.message.split('\n')[0]}; SQLite says: ${theirs.message}` : null;
  }
  if (ours.columns.length !== theirs.columns.length) return 'the number of columns differs';
  const names = ours.columns.findIndex((name, i) => name !== theirs.columns[i]);
  if (names >= 0)
    return `column ${names + 1} is named "${ours.columns[names]}"; SQLite names it "${theirs.columns[names]}"`;
  if (ours.rows.length !== theirs.rows.length) return `${ours.rows.length} rows; SQLite gives ${theirs.rows.length}`;
  return rowsDiffer(ours.rows, theirs.rows) ?? orderDiffers(sql, ours, theirs);
}

/** Whether the rows are the same but for the choice between values that compare as equal: 1 and 1.0, 'a' and 'A '. */
export function areEquivalent(ours: Rows, theirs: Rows): boolean {
  const folded = ({ rows }: Rows) => rows.map((row) => row.map(foldedValue));
  return ours.rows.length === theirs.rows.length && rowsDiffer(folded(ours), folded(theirs)) === null;
}

function foldedValue(value: Value): Value {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string'
    ? value
        .trimEnd()
        .toLowerCase()
        .replace(/^(-?\d+)\.0$/, '$1')
    : value;
}

/** As bags. */
function rowsDiffer(ours: Bag, theirs: Bag): string | null {
  const [left, right] = [sorted(ours), sorted(theirs)];
  for (let i = 0; i < left.length; i++) {
    if (!left[i].every((value, c) => isSame(value, right[i][c]))) {
      return `a row differs: (${left[i].map(shown).join(', ')}); SQLite: (${right[i].map(shown).join(', ')})`;
    }
  }
  return null;
}

function sorted(rows: Bag): Bag {
  const keyed = rows.map((row) => ({ row, key: row.map(sortKey).join('\0') }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ row }) => row);
}

/** Neighbouring reals, whose last digits may differ, sort alike. */
function sortKey(value: Value): string {
  return typeof value === 'number' ? `r${value.toPrecision(10)}` : `${typeof value}${shown(value)}`;
}

/** The sums of reals may differ in their last bits: both are compensated, but not in the same order. */
export function isSame(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return a === b || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return a === b;
}

const LAST_ORDER =
  / ORDER BY ((?:\d+(?: COLLATE \w+)?(?: ASC| DESC)?(?: NULLS (?:FIRST|LAST))?(?:, )?)+)(?: LIMIT [^()]*)?$/;

/** The columns that the statement's last clause sorts by must hold the same values in the same places. */
function orderDiffers(sql: string, ours: Rows, theirs: Rows): string | null {
  const order = LAST_ORDER.exec(sql);
  if (order === null) return null;
  const columns = order[1].split(', ').map((term) => Number.parseInt(term, 10) - 1);
  for (let i = 0; i < ours.rows.length; i++) {
    const place = columns.find((c) => !isPeer(ours.rows[i][c], theirs.rows[i][c]));
    if (place !== undefined) return `the order differs in row ${i + 1}, column ${place + 1}`;
  }
  return null;
}

/** Whether the two may stand in one place of an order: 1 and 1.0, and texts that differ in case or trailing spaces. */
function isPeer(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a.trimEnd().toLowerCase() === b.trimEnd().toLowerCase();
  const isNumber = (value: Value) => typeof value === 'bigint' || typeof value === 'number';
  return isNumber(a) && isNumber(b) ? isSame(Number(a), Number(b)) : isSame(a, b);
}
