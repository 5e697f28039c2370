import { expect, test } from 'vitest';
import { SeededRandom } from '../sim/seeded-random.ts';
import { type Corpus, statementCorpora } from './grammar/corpus.ts';
import { mutate } from './grammar/mutate.ts';
import { faultOf, heapBytes, openVictim } from './grammar/run.ts';
import { shrink } from './shrink.ts';

const MUTANTS = 100_000;
const OF_ONE_DATABASE = 200;
const MOST_GROWTH_BYTES = 24 * 1024 * 1024;

test(`${MUTANTS} mutated statements raise nothing but errors of ours, in time and without leaving memory behind`, {
  timeout: 3_600_000,
}, () => {
  const corpora = statementCorpora();
  const clock = { deadline: 0 };
  let heapEarly = 0;
  for (let seed = 1; seed <= MUTANTS / OF_ONE_DATABASE; seed++) {
    const random = new SeededRandom(seed);
    const corpus = random.pick(corpora);
    const session = openVictim(clock, corpus);
    const before: string[] = [];
    for (let i = 0; i < OF_ONE_DATABASE; i++) {
      const sql = mutate(random, corpus.statements);
      before.push(sql);
      const fault = faultOf(session, sql, clock);
      if (fault !== null)
        throw new Error(
          `seed ${seed}, mutant ${i}: ${fault}\n${smallest(before, corpus)
            .map((one) => JSON.stringify(one))
            .join('\n')}`,
        );
    }
    session.close();
    session.engine.close();
    if (seed === 50) heapEarly = heapBytes();
  }
  expect(heapBytes() - heapEarly).toBeLessThan(MOST_GROWTH_BYTES);
});

function smallest(statements: readonly string[], corpus: Corpus): readonly string[] {
  const shows = (candidate: readonly string[]) => {
    const clock = { deadline: 0 };
    const session = openVictim(clock, corpus);
    const faults = candidate.map((sql) => faultOf(session, sql, clock));
    return faults[faults.length - 1] !== null && faults.slice(0, -1).every((fault) => fault === null);
  };
  return shows(statements) ? shrink(statements, shows, 600) : statements;
}
