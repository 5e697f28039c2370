import { areEquivalent } from './compare.ts';
import type { Outcome, Rows, Value } from './engines/outcome.ts';

export interface AcceptedDifference {
  readonly name: string;
  /** Why ours stays as it is. */
  readonly reason: string;
  readonly holds: (statement: ComparedStatement) => boolean;
}

export interface ComparedStatement {
  readonly sql: string;
  readonly ours: Outcome;
  readonly theirs: Outcome;
  /** Whether a change before has failed. */
  readonly hasFailedBefore: boolean;
  /** The tables, views and so on that there are: what they compute, a statement does not say. */
  readonly definitions: readonly string[];
  /** Whether a statement before had a whole number beyond 2^53. */
  readonly hasLargeNumbers: boolean;
}

/** Where we differ from SQLite on purpose. Each predicate is as narrow as it can be. */
export const ACCEPTED_DIFFERENCES: readonly AcceptedDifference[] = [
  {
    name: 'integer overflow',
    reason: 'Integer arithmetic beyond 64 bits is an error, not a silent REAL.',
    holds: ({ sql, ours, theirs, definitions }) =>
      ours.kind === 'error' &&
      ours.code === 'NUMERIC_OVERFLOW' &&
      theirs.kind === 'rows' &&
      [sql, ...definitions].some(hasArithmetic),
  },
  {
    name: 'a sum or absolute value that nobody reads',
    reason:
      'SQLite computes sum() where HAVING keeps no row that would show it, and abs() of constants where there is no row, and finds that they overflow.',
    holds: ({ sql, ours, theirs }) =>
      ours.kind === 'rows' &&
      theirs.kind === 'error' &&
      theirs.message === 'integer overflow' &&
      /sum\(|abs\(/.test(sql),
  },
  {
    name: 'JSON of constants that nobody reads',
    reason: 'SQLite computes what is constant even where there is no row, and finds that it is no JSON.',
    holds: ({ ours, theirs }) =>
      ours.kind === 'rows' && theirs.kind === 'error' && /^(malformed JSON|bad JSON path)/.test(theirs.message),
  },
  {
    name: 'JSON of a side or a subquery that nobody needs',
    reason:
      'SQLite computes one side of INTERSECT and EXCEPT only where the other has rows, and a subquery in FROM not at all where WHERE is a constant that keeps nothing.',
    holds: ({ sql, ours, theirs }) =>
      ours.kind === 'error' &&
      /^(malformed JSON|bad JSON path)/.test(ours.message) &&
      theirs.kind === 'rows' &&
      (/INTERSECT|EXCEPT/.test(sql) || (theirs.rows.length === 0 && /FROM \(SELECT/.test(sql))),
  },
  {
    name: 'changes() after a failure',
    reason:
      'A statement that fails has changed nothing; where a foreign key fails, SQLite keeps the count of the one before.',
    holds: ({ sql, hasFailedBefore }) => hasFailedBefore && sql === 'SELECT changes()',
  },
  {
    name: 'columns that SQLite does not rename',
    reason: 'In a table WITHOUT ROWID whose key is also UNIQUE, SQLite loses the column.',
    holds: ({ sql, ours, theirs }) =>
      ours.kind === 'rows' &&
      theirs.kind === 'error' &&
      /^error in table \w+ after rename/.test(theirs.message) &&
      /RENAME/.test(sql),
  },
  {
    name: 'columns that a trigger inserts into',
    reason: 'SQLite drops a column that a trigger names in INSERT INTO t (…), and the trigger fails from then on.',
    holds: ({ sql, ours, theirs }) =>
      ours.kind === 'error' &&
      /^error in trigger \w+ after drop column: .* has no column/.test(ours.message) &&
      theirs.kind === 'rows' &&
      /^ALTER TABLE \w+ DROP/.test(sql),
  },
  {
    name: 'last_insert_rowid() after a failure',
    reason: 'A statement that fails leaves nothing behind; SQLite keeps the rowid of a row that it took back.',
    holds: ({ sql, hasFailedBefore }) => hasFailedBefore && /^SELECT (\w+, )*last_insert_rowid\(\)/.test(sql),
  },
  {
    name: 'SELECT * over FULL JOIN … USING',
    reason: 'SQLite finds the shared column ambiguous once a later table has its name; it is not.',
    holds: ({ sql, theirs }) =>
      theirs.kind === 'error' &&
      theirs.code === 'AMBIGUOUS_COLUMN' &&
      /SELECT \*/.test(sql) &&
      /(FULL|RIGHT)( OUTER)? JOIN/.test(sql) &&
      /USING|NATURAL/.test(sql),
  },
  {
    name: 'names in front of IN ()',
    reason: 'SQLite forgets what stands on the left of an empty list before it looks at the names there.',
    holds: ({ sql, ours, theirs }) =>
      ours.kind === 'error' &&
      (ours.code === 'AMBIGUOUS_COLUMN' || ours.code === 'COLUMN_NOT_FOUND') &&
      theirs.kind === 'rows' &&
      new RegExp(`\\b${/column (?:name )?"([\w.]+)"/.exec(ours.message)?.[1]}\\b[^,]* IN \\(\\)`).test(sql),
  },
  {
    name: 'ON CONFLICT by a key that holds the rowid',
    reason: 'SQLite does not find UNIQUE (a, id) by its columns where id is the rowid; we do.',
    holds: ({ sql, ours, theirs }) =>
      ours.kind === 'rows' &&
      theirs.kind === 'error' &&
      /^(\d\w\w )?ON CONFLICT clause does not match/.test(theirs.message) &&
      /ON CONFLICT \(.*, /.test(sql),
  },
  {
    name: 'the class of a sum over a frame that moves',
    reason: 'A frame of INTEGERs has an INTEGER sum; in SQLite it is REAL once a REAL was in a frame before it.',
    holds: ({ sql, ours, theirs }) =>
      ours.kind === 'rows' &&
      theirs.kind === 'rows' &&
      /\bsum\(/.test(sql) &&
      /\bOVER\b/.test(sql) &&
      areEquivalent(ours, theirs),
  },
  {
    name: 'a row that is left out, whose values do not fit',
    reason:
      'A value that its column cannot take is an error under OR IGNORE, even where a NULL would leave the row out first.',
    holds: ({ sql, ours, theirs }) =>
      ours.kind === 'error' && ours.code === 'TYPE_MISMATCH' && theirs.kind === 'rows' && /^\w+ OR IGNORE /.test(sql),
  },
  {
    name: 'rows that SQLite loses',
    reason:
      'Beside a compound in FROM, SQLite reads VALUES to its end once for all of its SELECTs where the rows are ordered.',
    holds: ({ sql, ours, theirs }) =>
      ours.kind === 'rows' &&
      theirs.kind === 'rows' &&
      theirs.rows.length < ours.rows.length &&
      /FROM .*UNION ALL .*\(VALUES .* ORDER BY |FROM .*\(VALUES .*UNION ALL .* ORDER BY /.test(sql),
  },
  {
    name: 'REPLACE and upserts into a table that refers to itself',
    reason: 'SQLite does not see that the row refers to no other one.',
    holds: ({ sql, ours, theirs, definitions }) =>
      ours.kind === 'error' &&
      ours.code === 'FOREIGN_KEY_VIOLATION' &&
      theirs.kind === 'rows' &&
      /\bREPLACE\b|\bDO UPDATE\b/.test(sql) &&
      definitions.some((definition) => /^CREATE TABLE (\w+) .*REFERENCES \1\b/.test(definition)),
  },
  {
    name: 'a row that refers to itself under a collation',
    reason:
      "The parent's collation decides whether a key is the row's own, as it does of other rows; SQLite compares bytes.",
    holds: ({ ours, theirs, definitions }) =>
      ours.kind === 'rows' &&
      theirs.kind === 'error' &&
      theirs.code === 'FOREIGN_KEY_VIOLATION' &&
      definitions.some((definition) => /^CREATE TABLE (\w+) .*COLLATE.*REFERENCES \1\b/.test(definition)),
  },
  {
    name: 'the class of a column that FULL JOIN merges',
    reason:
      'A value of either side is the value; SQLite makes it REAL where it is read through a view whose left side is.',
    holds: ({ sql, ours, theirs, definitions }) =>
      ours.kind === 'rows' &&
      theirs.kind === 'rows' &&
      [sql, ...definitions].some((text) => /(FULL|RIGHT)( OUTER)? JOIN/.test(text) && /USING|NATURAL/.test(text)) &&
      areEquivalent(ours, theirs),
  },
  {
    name: 'empty texts joined over a frame that moves',
    reason: 'SQLite loses the separators between empty texts when others leave the frame.',
    holds: ({ sql, ours, theirs }) =>
      ours.kind === 'rows' &&
      theirs.kind === 'rows' &&
      /\b(group_concat|string_agg)\(/.test(sql) &&
      /\bOVER\b/.test(sql) &&
      areEquivalent(withoutSeparators(ours), withoutSeparators(theirs)),
  },
  {
    name: 'RANGE among numbers at the ends of what integers and doubles hold',
    reason:
      'Offsets are exact there; SQLite rounds sums beyond 2^53, or lets them overflow, and its frames then count rows that are not there.',
    holds: ({ sql, ours, theirs, hasLargeNumbers }) =>
      hasLargeNumbers &&
      ours.kind === 'rows' &&
      theirs.kind === 'rows' &&
      /RANGE BETWEEN .*\d (PRECEDING|FOLLOWING)/.test(sql),
  },
  {
    name: 'a pattern with a NUL character',
    reason: 'LIKE and GLOB look at all of a text; SQLite stops at a NUL character, which char() and %c of a word are.',
    holds: ({ sql, ours, theirs, definitions }) =>
      ours.kind === 'rows' &&
      theirs.kind === 'rows' &&
      [sql, ...definitions].some((text) => /LIKE|GLOB/.test(text)) &&
      [sql, ...definitions].some((text) => /\b(char|printf|format)\(/.test(text)),
  },
  {
    name: 'rowids beyond 2^53',
    reason: 'A rowid is a JavaScript number.',
    holds: ({ ours, theirs }) =>
      ours.kind === 'error' && theirs.kind === 'rows' && ours.message.endsWith('rowids stay within 2^53'),
  },
  {
    name: 'the class of a REAL in RETURNING',
    reason: 'A REAL column is a REAL in an expression, too; SQLite reads 2.0 as 2 in a CASE there.',
    holds: ({ sql, ours, theirs }) =>
      ours.kind === 'rows' && theirs.kind === 'rows' && /\bRETURNING\b/.test(sql) && areEquivalent(ours, theirs),
  },
  {
    name: 'the one of several equal values',
    reason:
      'Which of 1 and 1.0, or of texts that a collation finds equal, stands for a group or an extreme is open; so is whether 3 becomes 3.0 in a compound with REALs.',
    holds: ({ sql, ours, theirs }) =>
      ours.kind === 'rows' &&
      theirs.kind === 'rows' &&
      /UNION(?! ALL)|INTERSECT|EXCEPT|DISTINCT|GROUP BY|m(in|ax)\(/.test(sql) &&
      areEquivalent(ours, theirs),
  },
];

/** Whether the statement adds, subtracts, multiplies, divides, negates or sums up: the words `SELECT *` do not. */
function hasArithmetic(sql: string): boolean {
  const code = sql.replace(/'(?:[^']|'')*'/g, "''");
  return /(?<!SELECT|DISTINCT|ALL) \* | [+/%] |- |\b(sum|abs)\(/.test(code);
}

function withoutSeparators({ rows, ...result }: Rows): Rows {
  const without = (value: Value) => (typeof value === 'string' && /^[,-]+$/.test(value) ? '' : value);
  return { ...result, rows: rows.map((row) => row.map(without)) };
}

export function acceptedDifference(statement: ComparedStatement): AcceptedDifference | null {
  return ACCEPTED_DIFFERENCES.find(({ holds }) => holds(statement)) ?? null;
}
