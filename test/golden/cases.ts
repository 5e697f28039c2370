import { LIMITS } from '../../src/base/limits.ts';

/** A value of a row: what a statement takes as a parameter, and what a query gives back. */
export type GoldenValue = null | number | bigint | string | Uint8Array;
export type GoldenRow = readonly GoldenValue[];

/** How a database is made, and what it then holds: by a program that knows nothing of the engine's answers. */
export interface GoldenCase {
  readonly name: string;
  readonly steps: readonly GoldenStep[];
  /** By query, so that columns and order are said. */
  readonly expected: Readonly<Record<string, readonly GoldenRow[]>>;
}

export type GoldenStep =
  | { readonly sql: string }
  | { readonly insert: string; readonly rows: readonly GoldenRow[] }
  | 'checkpoint'
  /** Without it the log stays as the last commit left it. */
  | 'close';

const LONG_TEXT = 'a text beyond the length of short ones, '.repeat(Math.ceil(LIMITS.inlineValueLength / 39));
const LONG_BLOB = Uint8Array.from({ length: LIMITS.inlineValueLength + 10 }, (_, i) => (i * 7) & 0xff);

const VALUES: readonly GoldenRow[] = [
  [1, null, null, null, null, null],
  [2, 0, 0, '', new Uint8Array(0), 0],
  [3, -1, -1.5, 'ä𝄞\u0000z', Uint8Array.of(0, 255, 128), 'any text'],
  [4, 9223372036854775807n, 1.7976931348623157e308, LONG_TEXT, LONG_BLOB, LONG_TEXT],
  [5, -9223372036854775808n, 5e-324, "quote ' and \n line", Uint8Array.of(1), 9007199254740993n],
  [6, 9007199254740991, Number.POSITIVE_INFINITY, 'z', Uint8Array.of(2), 0.1],
  [2 ** 40, 123456789012n, 0.1, 'last', Uint8Array.of(3), Uint8Array.of(4, 5)],
];

const BLOBS: readonly GoldenRow[] = [
  [1, Uint8Array.of(1, 2, 3)],
  [2, null],
  [3, new Uint8Array(0)],
];

const VALUES_TABLE = 'CREATE TABLE v (id INTEGER PRIMARY KEY, i INTEGER, r REAL, t TEXT, b BLOB, a)';
const VALUES_QUERY = 'SELECT id, i, r, t, b, a FROM v ORDER BY id';

function plain(id: number): GoldenRow {
  return [id, `name ${id % 7}`, id / 4];
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const HISTORY_TABLE = `
  CREATE TABLE h (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, r REAL);
  CREATE INDEX h_name ON h (name, r DESC);
  CREATE TABLE other (id INTEGER PRIMARY KEY, h INTEGER REFERENCES h ON DELETE CASCADE, twice AS (h * 2) STORED);
  CREATE UNIQUE INDEX other_even ON other (h % 1000) WHERE h % 2 = 0;
  CREATE VIEW names AS SELECT DISTINCT name FROM h;
  CREATE TRIGGER h_gone AFTER DELETE ON h BEGIN INSERT INTO log (what) VALUES ('gone ' || old.id); END;
  CREATE TABLE log (n INTEGER PRIMARY KEY, what TEXT)`;

/** Rows 1 to 100, changed, and partly gone, over two checkpoints and the log. */
const HISTORY_ROWS = range(1, 120)
  .filter((id) => id % 10 !== 3 && id !== 50)
  .map((id): GoldenRow => {
    const row = plain(id);
    if (id === 60) return [60, 'in the log', 15];
    return id <= 100 && id % 10 === 4 ? [id, 'changed', row[2]] : row;
  });

/** The same for the same number, and without a pattern. */
function scatter(n: number): number {
  return Math.imul(Math.imul(n, 0x9e37_79b1) ^ (n >>> 7), 0x85eb_ca6b) >>> 9;
}

/** In shapes that the encodings of large segments are for. */
function largeRow(id: number): GoldenRow {
  const noise = scatter(id);
  return [
    id,
    `SENSOR-${100 + (id % 40)}`,
    1_700_000_000_000 + Math.floor(id / 40) * 10_000 + (noise % 21),
    (2000 + (id % 40) * 100 + (noise % 300)) / 100,
    Math.fround((noise % 1000) * Math.PI),
    `/line/${Math.floor(id / 1000)}/part/${id}`,
    1_700_000_000_000_000_000n + BigInt(id) * 1_000n,
    (Math.floor(id / 97) * 7919) % 1000,
    noise % 2 === 0 ? null : (noise % 97) * 4096 + 7,
    [5, 1e14, -3e13, 77, 1_000_000_001, 123_456_789_012][noise % 6],
    (scatter(id % 40) % 1_000_000) + Math.floor(id / 40) + (noise % 3),
    1_700_000_000_000 + id * 1000 + (noise % 7),
    [1e12 + (noise % 9), noise % 9, noise % 1_000_000][id % 3],
    null,
    [noise % 10, 'any', null, 0.5, Uint8Array.of(1)][Math.floor(id / 1000) % 5],
  ];
}

const LARGE_TABLE = `CREATE TABLE large (id INTEGER PRIMARY KEY, sensor TEXT, at INTEGER, v REAL, raw REAL, path TEXT,
  ns INTEGER, seldom INTEGER, scaled INTEGER, few INTEGER, in_turns INTEGER, steady INTEGER, steps INTEGER, empty TEXT, a)`;
const LARGE_ROWS = range(1, LIMITS.searchedSegmentRows).map(largeRow);

/** Texts that are all different and repeat what others say. */
const DEFLATED_ROWS = range(1, LIMITS.deflatedSegmentRows).map(
  (id): GoldenRow => [id, `${id % 17} ${id % 23} ${Math.floor(id / 391)}`],
);

/** Doubles that are no decimals: a walk, one that mostly stands still, and every kind of what is no number. */
const COMPUTED_ROWS = range(1, LIMITS.searchedSegmentRows).map(
  (id): GoldenRow => [
    id,
    Math.sqrt(100 + Math.floor(id / 3)),
    id % 1000 === 7 ? Number.NEGATIVE_INFINITY : Math.sqrt(1 + (id % 40) + Math.floor(id / 4000)),
    id % 5 === 0 ? null : scatter(Math.floor(id / 8)) / 3,
  ],
);

export const GOLDEN_CASES: readonly GoldenCase[] = [
  {
    name: 'values',
    steps: [
      { sql: `${VALUES_TABLE}; CREATE TABLE b (id INTEGER PRIMARY KEY, b BLOB)` },
      { insert: 'v', rows: VALUES },
      { insert: 'b', rows: BLOBS },
      'close',
    ],
    expected: { [VALUES_QUERY]: VALUES, 'SELECT id, b FROM b ORDER BY id': BLOBS },
  },
  {
    name: 'log',
    steps: [{ sql: VALUES_TABLE }, { insert: 'v', rows: VALUES }],
    expected: { [VALUES_QUERY]: VALUES },
  },
  {
    name: 'history',
    steps: [
      { sql: HISTORY_TABLE },
      { insert: 'h', rows: range(1, 100).map(plain) },
      { sql: 'INSERT INTO other (id, h) VALUES (1, 8), (2, 13), (3, 20)' },
      'checkpoint',
      { sql: "UPDATE h SET name = 'changed' WHERE id % 10 = 4; DELETE FROM h WHERE id % 10 = 3" },
      'checkpoint',
      { insert: 'h', rows: range(101, 120).map(plain) },
      { sql: "UPDATE h SET name = 'in the log' WHERE id = 60; DELETE FROM h WHERE id IN (50, 103, 113)" },
      { sql: "ALTER TABLE other ADD COLUMN young TEXT DEFAULT 'young'; PRAGMA user_version = 7" },
    ],
    expected: {
      'SELECT id, name, r FROM h ORDER BY id': HISTORY_ROWS,
      "SELECT id FROM h WHERE name = 'changed' ORDER BY id": range(1, 100)
        .filter((id) => id % 10 === 4)
        .map((id) => [id]),
      'SELECT id, h, twice, young FROM other ORDER BY id': [
        [1, 8, 16, 'young'],
        [3, 20, 40, 'young'],
      ],
      'SELECT n, what FROM log ORDER BY n': [...range(0, 9).map((i) => i * 10 + 3), 50, 103, 113].map((id, i) => [
        i + 1,
        `gone ${id}`,
      ]),
      'SELECT h FROM other WHERE h % 1000 = 20 AND h % 2 = 0': [[20]],
      "SELECT type, name FROM sqlite_schema WHERE type <> 'table' ORDER BY name": [
        ['trigger', 'h_gone'],
        ['index', 'h_name'],
        ['view', 'names'],
        ['index', 'other_even'],
      ],
      'PRAGMA user_version': [[7]],
    },
  },
  {
    name: 'large',
    steps: [{ sql: LARGE_TABLE }, { insert: 'large', rows: LARGE_ROWS }, 'close'],
    expected: { 'SELECT * FROM large ORDER BY id': LARGE_ROWS },
  },
  {
    name: 'computed',
    steps: [
      { sql: 'CREATE TABLE computed (id INTEGER PRIMARY KEY, walk REAL, turns REAL, gaps REAL)' },
      { insert: 'computed', rows: COMPUTED_ROWS },
      'close',
    ],
    expected: { 'SELECT * FROM computed ORDER BY id': COMPUTED_ROWS },
  },
  {
    name: 'deflated',
    steps: [
      { sql: 'CREATE TABLE deflated (id INTEGER PRIMARY KEY, what TEXT)' },
      { insert: 'deflated', rows: DEFLATED_ROWS },
      'close',
    ],
    expected: { 'SELECT * FROM deflated ORDER BY id': DEFLATED_ROWS },
  },
];
