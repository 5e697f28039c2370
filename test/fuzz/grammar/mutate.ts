import type { SeededRandom } from '../../sim/seeded-random.ts';

const TOKEN = /\s+|'(?:[^']|'')*'|"(?:[^"]|"")*"|[\w$]+|<=|>=|<>|!=|==|<<|>>|\|\||->>?|::|./gsu;
const NAMES = [
  'a',
  'b',
  't',
  'u',
  't.a',
  'main.t',
  '__proto__',
  'constructor',
  'rowid',
  'excluded',
  '"quo""ted"',
  '[x y]',
  '`tick`',
];
const NUMBERS = [
  '0',
  '1',
  '-1',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '1e308',
  '1e999',
  '2147483648',
  '4294967296',
  '1e-400',
  '0x7fffffffffffffff',
  '0xfffffffffffffffff',
  '99999999999999999999999999',
  '.5',
  '1_000',
  '100000',
];
const ODD = [
  "'\u0000'",
  "'\ud800'",
  "'😀'",
  "'é'",
  '\u0000',
  '\ufeff',
  '\u2028',
  'ẞ',
  '№',
  "'",
  '"',
  '/*',
  '*/',
  '--',
  ';',
  '?',
  '?9',
  ':x',
  '@x',
  '$1',
  "x'ff'",
  "x'f",
  '\\',
  '{',
  '}',
];

export function tokensOf(sql: string): string[] {
  return sql.match(TOKEN) ?? [];
}

/** A statement with one to four mistakes: words lost, doubled, swapped or taken from elsewhere, odd names, numbers and signs. */
export function mutate(random: SeededRandom, corpus: readonly string[]): string {
  const tokens = tokensOf(random.pick(corpus));
  for (let i = random.pick([1, 1, 1, 2, 2, 3, 4]); i > 0; i--) {
    // Mostly such that a statement is left: what breaks the grammar is found out at once.
    if (random.chance(0.75)) replaceAlike(random, tokens, corpus);
    else mutateOnce(random, tokens, corpus);
  }
  return tokens.join('');
}

function mutateOnce(random: SeededRandom, tokens: string[], corpus: readonly string[]): void {
  const at = random.below(tokens.length + 1);
  const length = random.between(1, 4);
  switch (random.below(10)) {
    case 0:
      tokens.splice(at, length);
      break;
    case 1:
      tokens.splice(at, 0, ' ', ...tokens.slice(at, at + length), ' ');
      break;
    case 2: {
      const other = random.below(tokens.length + 1);
      if (at < tokens.length && other < tokens.length) [tokens[at], tokens[other]] = [tokens[other], tokens[at]];
      break;
    }
    case 3:
    case 4: {
      const source = tokensOf(random.pick(corpus));
      const from = random.below(source.length);
      tokens.splice(at, random.below(3), ' ', ...source.slice(from, from + random.between(1, 12)), ' ');
      break;
    }
    case 5:
      tokens.splice(at, 1, random.pick(NAMES));
      break;
    case 6:
      tokens.splice(at, 1, random.pick(NUMBERS));
      break;
    case 7:
      tokens.splice(at, random.below(2), random.pick(ODD));
      break;
    case 8:
      tokens.length = at;
      break;
    default:
      nest(random, tokens, at);
  }
}

/** A word in many brackets, or a call in itself. */
function nest(random: SeededRandom, tokens: string[], at: number): void {
  const depth = random.pick([2, 5, 50, 99, 101, 400]);
  const [open, close] = random.pick([
    ['(', ')'],
    ['abs(', ')'],
    ['(SELECT ', ')'],
    ['CASE WHEN 1 THEN ', ' END'],
    ['NOT ', ''],
    ['-', ''],
    ['1 + ', ''],
  ]);
  tokens.splice(at, 1, `${open.repeat(depth)}${tokens[at] ?? '1'}${close.repeat(depth)}`);
}

/** A literal or a word by another of its sort, so that the statement stays one. */
function replaceAlike(random: SeededRandom, tokens: string[], corpus: readonly string[]): void {
  const places = tokens.flatMap((token, i) => (sortOf(token) === 'glue' ? [] : [i]));
  if (places.length === 0) return;
  const at = random.pick(places);
  const sort = sortOf(tokens[at]);
  if (sort === 'number' && random.chance(0.5)) {
    tokens[at] = random.pick(NUMBERS);
    return;
  }
  const others = tokensOf(random.pick(corpus)).filter((token) => sortOf(token) === sort);
  if (others.length > 0) tokens[at] = random.pick(others);
}

function sortOf(token: string): string {
  if (/^\d/.test(token)) return 'number';
  if (/^'/.test(token)) return 'text';
  if (/^[A-Z]+$/.test(token)) return 'glue';
  if (/^[\w"]/.test(token)) return 'name';
  return /^([-+*/%<>=|&]|<=|>=|<>|!=|==|<<|>>|\|\||->>?)$/.test(token) ? 'operator' : 'glue';
}
