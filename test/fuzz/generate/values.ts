import { DATES } from './date.ts';
import { DOCUMENTS } from './json.ts';
import type { ColumnKind, Maker } from './maker.ts';

const INTEGERS = ['0', '1', '2', '3', '4', '5', '7', '10', '-1', '-3', '12', '100', '255'];
const EXTREMES = ['9223372036854775807', '-9223372036854775808', '9007199254740993', '-9007199254740992', '4294967296'];
const REALS = ['0.5', '1.5', '2.0', '-2.25', '3.75', '10.0', '0.1', '-0.0', '1e3', '12.0', '0.25'];
const BIG_REALS = ['1e15', '123456789.125', '-1e10', '1e-7', '1.5e300', '9.2e18'];
const TEXTS = [
  "''",
  "'a'",
  "'A'",
  "'b'",
  "'ab'",
  "'Ab'",
  "'abc'",
  "'a '",
  "'xyz'",
  "'zebra'",
  "'B'",
  "'_'",
  "'%'",
  "'a%b'",
];
const NUMERIC_TEXTS = [
  "'1'",
  "'2'",
  "'10'",
  "'1.5'",
  "'-3'",
  "' 4 '",
  "'1e2'",
  "'12abc'",
  "'0x10'",
  "'1.0'",
  "'.5'",
  "'5.'",
];
const UNICODE_TEXTS = ["'größe'", "'É'", "'日本'", "'😀'", "'ß'"];
// UTF-8 without a zero byte: SQLite reads a blob as text up to there in some places, and keeps bytes that are no text.
const BLOBS = ["x''", "x'01'", "x'61'", "x'6162'", "x'c3a9'", "x'313233'"];

function integer(maker: Maker): string {
  return maker.pick(maker.hasExtremes && maker.chance(0.1) ? EXTREMES : INTEGERS);
}

function real(maker: Maker): string {
  return maker.pick(maker.chance(0.06) ? BIG_REALS : REALS);
}

function text(maker: Maker): string {
  return maker.choose([
    [10, () => maker.pick(TEXTS)],
    [3, () => maker.pick(NUMERIC_TEXTS)],
    [1, () => maker.pick(UNICODE_TEXTS)],
    [maker.hasDates ? 6 : 0, () => maker.pick(DATES)],
    [maker.hasJson ? 8 : 0, () => maker.pick(DOCUMENTS)],
  ]);
}

/** A literal that a column of the kind takes as it is; NULL now and then. */
export function literal(maker: Maker, kind: ColumnKind, nullShare = 0.15): string {
  if (maker.chance(nullShare)) return 'NULL';
  switch (kind) {
    case 'INTEGER':
      return integer(maker);
    case 'REAL':
      return real(maker);
    case 'TEXT':
      return text(maker);
    case 'BLOB':
      return maker.pick(BLOBS);
    case 'ANY':
      if (!maker.isMixed) return integer(maker);
      return maker.choose([
        [5, () => integer(maker)],
        [3, () => real(maker)],
        [4, () => text(maker)],
        [1, () => maker.pick(BLOBS)],
      ]);
    default:
      return kind satisfies never;
  }
}

/** A literal of any class. */
export function anyLiteral(maker: Maker): string {
  return maker.choose([
    [6, () => literal(maker, 'INTEGER', 0.1)],
    [3, () => literal(maker, 'REAL', 0)],
    [4, () => literal(maker, 'TEXT', 0)],
    [0.5, () => literal(maker, 'BLOB', 0)],
    [1, () => 'NULL'],
    [0.3, () => maker.pick(['TRUE', 'FALSE'])],
  ]);
}
