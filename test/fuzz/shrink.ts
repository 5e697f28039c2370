const TOKEN = /\s+|'(?:[^']|'')*'|"(?:[^"]|"")*"|[xX]'[^']*'|[\w.\u0080-\uffff]+|->>|->|<=|>=|<>|!=|==|<<|>>|\|\||./gsu;

/** Whether the statements still show what is looked for. */
export type Shows = (statements: readonly string[]) => boolean;

/**
 * Makes a list of statements smaller for as long as it still shows the failure: fewer statements, then fewer tokens of
 * each, in stretches with balanced brackets (delta debugging: Zeller and Hildebrandt, 2002). The last statement, which
 * fails, stays the last.
 */
export function shrink(statements: readonly string[], shows: Shows, maxTries = 4000): readonly string[] {
  let tries = 0;
  const test: Shows = (candidate) => tries++ < maxTries && shows(candidate);
  let current = removeStatements(statements, test);
  for (let before = ''; before !== current.join('\n') && tries < maxTries; ) {
    before = current.join('\n');
    for (let i = current.length - 1; i >= 0; i--) current = shrinkStatement(current, i, test);
    current = removeStatements(current, test);
  }
  return current;
}

function removeStatements(statements: readonly string[], shows: Shows): readonly string[] {
  let current = statements;
  for (let size = Math.ceil(current.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = current.length - 1 - size; from > -size; from -= size) {
      const start = Math.max(0, from);
      const candidate = current.filter((_, i) => i < start || i >= from + size);
      if (candidate.length < current.length && candidate.length > 0 && shows(candidate)) current = candidate;
    }
  }
  return current;
}

function shrinkStatement(statements: readonly string[], at: number, shows: Shows): readonly string[] {
  const showsWith = (tokens: readonly string[]) => shows(statements.with(at, printed(tokens)));
  let tokens = tokensOf(statements[at]);
  for (let size = tokens.length >> 1; size >= 1; size = size === 1 ? 0 : size >> 1) {
    for (let from = tokens.length - size; from >= 0; from--) {
      for (const candidate of smaller(tokens, from, size)) {
        if (!showsWith(candidate)) continue;
        tokens = candidate;
        break;
      }
    }
  }
  return statements.with(at, printed(tokens));
}

/** Without a stretch (but a table stays STRICT: others convert values); and, where a bracket opens, its content alone, or a value in its place. */
function* smaller(tokens: string[], from: number, size: number): Generator<string[]> {
  if (from + size > tokens.length) return;
  const isKept = tokens.slice(from, from + size).includes('STRICT');
  if (!isKept && isBalanced(tokens, from, from + size)) {
    yield tokens.toSpliced(from, size);
    if (size > 1) yield tokens.toSpliced(from, size, 'NULL');
  }
  if (size !== 1 || tokens[from] !== '(') return;
  const end = closing(tokens, from);
  if (end < 0) return;
  const inside = tokens.slice(from + 1, end);
  yield tokens.toSpliced(from, end + 1 - from, ...inside);
  for (const value of ['NULL', '1', "'a'"]) yield tokens.toSpliced(from, end + 1 - from, value);
  if (from > 0 && /^\w+$/.test(tokens[from - 1])) {
    yield tokens.toSpliced(from - 1, end + 2 - from, ...inside);
    yield tokens.toSpliced(from - 1, end + 2 - from, '1');
  }
  if (/^(SELECT|VALUES|WITH)$/.test(inside[0])) yield inside;
}

function tokensOf(sql: string): string[] {
  return (sql.match(TOKEN) ?? []).filter((token) => token.trim() !== '');
}

function isBalanced(tokens: readonly string[], from: number, to: number): boolean {
  let depth = 0;
  for (let i = from; i < to; i++) {
    if (tokens[i] === '(') depth++;
    else if (tokens[i] === ')' && --depth < 0) return false;
  }
  return depth === 0;
}

function closing(tokens: readonly string[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i] === '(') depth++;
    else if (tokens[i] === ')' && --depth === 0) return i;
  }
  return -1;
}

function printed(tokens: readonly string[]): string {
  return tokens
    .join(' ')
    .replace(/\( /g, '(')
    .replace(/ ([),])/g, '$1')
    .replace(/\b(\w+) \((?!SELECT)/g, (whole, word) => (/^[a-z_]+$/.test(word) ? `${word}(` : whole));
}
