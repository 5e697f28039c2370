import type { Expression } from '../ast/expressions.ts';
import type { AsOfPoint, PointUnit, VersionsBetween } from '../ast/table-references.ts';
import { Word } from '../lexer/words.ts';
import { Power } from './binding-powers.ts';
import type { Cursor } from './cursor.ts';
import { parseBinding } from './expression.ts';

/** AS OF or VERSIONS BETWEEN behind a table's name; null: what stands there is something else. */
export function parseHistory(p: Cursor): AsOfPoint | VersionsBetween | null {
  return p.isWord('versions') ? parseVersions(p) : parseAsOf(p);
}

/**
 * `AS OF unit point`: an alias called `of` needs quotes before one of the four words. `FOR SYSTEM_TIME AS OF point` is the
 * standard's way to write it, where the unit may be left out.
 */
function parseAsOf(p: Cursor): AsOfPoint | null {
  const mark = p.mark();
  const position = p.start;
  const isStandard = p.kind === Word.FOR && isSystemTime(p);
  if (p.accept(Word.AS) && p.accept(Word.OF)) {
    const unit = unitAt(p) ?? (isStandard ? 'TIMESTAMP' : null);
    if (unit !== null) return parsePoint(p, unit, position);
  }
  p.reset(mark);
  return null;
}

/** `VERSIONS BETWEEN unit point AND unit point`: the second unit may be left out where it is the first. */
function parseVersions(p: Cursor): VersionsBetween | null {
  const position = p.start;
  if (p.peek() !== Word.BETWEEN) return null;
  p.next();
  p.next();
  const from = parseEnd(p, null);
  p.expect(Word.AND);
  const to = parseEnd(p, from);
  return { kind: 'versions-between', from, to, position, end: p.previousEnd };
}

/** One end of VERSIONS BETWEEN; `first`: the other one, which has been read. */
function parseEnd(p: Cursor, first: AsOfPoint | null): AsOfPoint {
  const position = p.start;
  const unit = unitAt(p);
  const [edge, word] = first === null ? (['MINVALUE', 'minvalue'] as const) : (['MAXVALUE', 'maxvalue'] as const);
  // SCN MINVALUE, as Oracle has it, says no more than MINVALUE.
  if (p.isWord(word)) {
    p.next();
    p.height = 1;
    return { kind: 'as-of', unit: edge, point: nothing(position, p.previousEnd), position, end: p.previousEnd };
  }
  const same = unit ?? (first === null || first.unit === 'MINVALUE' ? null : first.unit);
  return same === null ? p.fail(`TIMESTAMP, TRANSACTION, SCN, SNAPSHOT or ${edge}`) : parsePoint(p, same, position);
}

/** What stands behind the unit. */
export function parsePoint(p: Cursor, unit: PointUnit, position: number): AsOfPoint {
  const point = unit === 'SNAPSHOT' && p.isName() ? snapshotName(p) : parseBinding(p, Power.Other);
  p.tallest = Math.max(p.tallest, p.height);
  return { kind: 'as-of', unit, point, position, end: p.previousEnd };
}

function isSystemTime(p: Cursor): boolean {
  p.next();
  if (p.text().toUpperCase() !== 'SYSTEM_TIME') return false;
  p.next();
  return true;
}

/** The unit at the current token, which is consumed; null: there is none. */
export function unitAt(p: Cursor): PointUnit | null {
  const unit = UNITS.get(p.kind) ?? null;
  if (unit !== null) p.next();
  return unit;
}

const UNITS: ReadonlyMap<number, PointUnit> = new Map<number, PointUnit>([
  [Word.TIMESTAMP, 'TIMESTAMP'],
  [Word.TRANSACTION, 'TRANSACTION'],
  [Word.SCN, 'SCN'],
  [Word.SNAPSHOT, 'SNAPSHOT'],
]);

function snapshotName(p: Cursor): Expression {
  const { name, position, end } = p.identifier('a snapshot name');
  p.height = 1;
  return { kind: 'literal', literalType: 'text', value: name, position, end };
}

function nothing(position: number, end: number): Expression {
  return { kind: 'literal', literalType: 'null', value: null, position, end };
}
