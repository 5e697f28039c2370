import { expect, test } from 'vitest';
import { HeliosError } from '../../../src/base/errors.ts';
import { isComplete, splitStatements } from '../../../src/sql/lexer/split.ts';
import { parseStatements } from '../../../src/sql/parser/parse.ts';
import { SAMPLES } from './sample-statements.ts';

const ROUNDS = 20_000;
const SEED = Number(process.env.FUZZ_SEED ?? 20_241);

/** Marsaglia's xorshift, 32 bits: numbers below `limit`. */
function generator(seed: number): (limit: number) => number {
  let state = seed | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const PIECES = SAMPLES.flatMap(([, sql]) => sql.split(/\b/)).concat([
  "'",
  '"',
  '[',
  '/*',
  '--',
  '\u0000',
  'é',
  '\ud800',
  '$',
  ';',
]);

function mutate(sql: string, below: (limit: number) => number): string {
  const tokens = sql.split(/\b/);
  for (let times = 1 + below(3); times > 0; times--) {
    const at = below(tokens.length);
    switch (below(5)) {
      case 0:
        tokens.splice(at, 1 + below(3));
        break;
      case 1:
        tokens.splice(at, 0, PIECES[below(PIECES.length)]);
        break;
      case 2:
        tokens[at] = PIECES[below(PIECES.length)];
        break;
      case 3:
        tokens.splice(at, 0, ...tokens.slice(below(tokens.length), below(tokens.length)));
        break;
      default:
        tokens.length = at;
    }
    if (tokens.length === 0) tokens.push('');
  }
  return tokens.join('');
}

test(`mutated statements raise nothing but errors of ours (FUZZ_SEED=${SEED})`, () => {
  const below = generator(SEED);
  let parsed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const sql = mutate(SAMPLES[below(SAMPLES.length)][1], below);
    try {
      parseStatements(sql);
      parsed++;
    } catch (error) {
      if (!isOurs(error, sql))
        throw new Error(`seed ${SEED}, round ${round}: ${JSON.stringify(sql)}`, { cause: error });
    }
    splitStatements(sql);
    isComplete(sql);
  }
  expect(parsed).toBeGreaterThan(ROUNDS / 100);
  expect(parsed).toBeLessThan(ROUNDS);
});

function isOurs(error: unknown, sql: string): boolean {
  if (!(error instanceof HeliosError)) return false;
  const codes = ['SYNTAX_ERROR', 'NOT_SUPPORTED', 'INVALID_STATEMENT', 'LIMIT_EXCEEDED'];
  const { code, position } = error;
  return codes.includes(code) && position !== undefined && position >= 0 && position <= sql.length;
}
