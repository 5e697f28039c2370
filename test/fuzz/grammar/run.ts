import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { HeliosError, isHeliosError } from '../../../src/base/errors.ts';
import type { Session } from '../../../src/sql/session.ts';
import '../../support/late-parts.ts';
import { memorySession } from '../../support/sql-session.ts';
import type { Corpus } from './corpus.ts';

/** What a statement may take of the processor in one go, however busy the machine is. Queries give way between their batches, changes where they look at `interrupt`. */
const LONGEST_STEP_MS = 1000;
/** A statement that goes on is stopped then: mutants may well run for ever. */
const STOP_AFTER_MS = 30;

/** What a mutant did wrong, or null: it ran, or one of our errors said why not. */
export function faultOf(session: Session, sql: string, clock: { deadline: number }): string | null {
  clock.deadline = performance.now() + STOP_AFTER_MS;
  let longest = 0;
  let last = processorMs();
  const step = () => {
    const now = processorMs();
    longest = Math.max(longest, now - last);
    last = now;
  };
  try {
    for (const statement of session.statements(sql)) {
      const cursor = statement.execute();
      step();
      for (let batch = cursor.next(); batch !== null && performance.now() < clock.deadline; batch = cursor.next())
        step();
      cursor.close();
    }
  } catch (error) {
    if (!isHeliosError(error) || error.code === 'INTERNAL')
      return error instanceof Error ? (error.stack ?? '') : String(error);
    const { position } = error;
    if (position !== undefined && (position < 0 || position > sql.length))
      return `position ${position} lies outside of the text`;
  }
  step();
  return longest > LONGEST_STEP_MS ? `${longest.toFixed(0)} ms in one step` : null;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A database with what the statements of a corpus are about, as far as they run. */
export function openVictim(clock: { deadline: number }, { setup }: Corpus): Session {
  const session = memorySession({
    interrupt: () => {
      if (performance.now() > clock.deadline) throw new HeliosError('TIMEOUT', 'stopped');
    },
  });
  for (const sql of setup) faultOf(session, sql, clock);
  return session;
}

/** Bytes on the heap after a full collection. */
export function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
