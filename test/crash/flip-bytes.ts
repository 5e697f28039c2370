import { HeliosError } from '../../src/base/errors.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { LyingDisk } from '../sim/lying-storage.ts';
import type { SimFileName } from '../sim/pending-operation.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { AllocationMeter } from '../support/allocation-meter.ts';
import { describeEngine } from '../support/engine-state.ts';
import { damagedVictim, type Victim } from './victims.ts';

/** More than a database of some kilobytes can need, whatever its damaged bytes claim. */
const MEMORY_LIMIT_BYTES = 64 * 1024 * 1024;
/** More reads than any sound way through a small database takes: one that goes on for ever meets it. */
const READS_LIMIT = 50_000;
/** One damaged database of so many is also rewritten as a whole. */
const VACUUMED_OF = 8;

export interface FlipReport {
  readonly opens: number;
  /** Bytes whose damage changed nothing that can be seen, and those whose damage had a named error. */
  readonly harmless: number;
  readonly refused: number;
  /** The most memory, in bytes, that one open asked for. */
  readonly largestBytes: number;
}

/** A damage, and whether it was noticed. */
type Outcome = 'harmless' | 'refused';

/**
 * Damages every `stride`-th byte of both files of each victim, one at a time and each in one way that the seed chooses,
 * opens, reads all rows and checks. Throws at the first that gives wrong rows, an error without a name, no end, or an
 * appetite for memory.
 */
export function flipBytes(victims: readonly Victim[], seed: number, stride: number): FlipReport {
  const meter = new AllocationMeter(MEMORY_LIMIT_BYTES);
  const report = { opens: 0, harmless: 0, refused: 0 };
  const random = new SeededRandom(seed);
  meter.install();
  try {
    for (const victim of victims) {
      for (const file of ['main', 'wal'] as const) {
        const size = victim.disk.shownBytes(file).length;
        for (let at = random.below(stride); at < size; at += stride) {
          const mask = 1 + random.below(255);
          report[openDamaged(victim, file, at, mask, meter)]++;
          report.opens++;
        }
      }
    }
  } catch (error) {
    throw new Error(`seed ${seed}, stride ${stride}: ${(error as Error).message}`, { cause: error });
  } finally {
    meter.uninstall();
  }
  return { ...report, largestBytes: meter.largestBytes };
}

function openDamaged(victim: Victim, file: SimFileName, at: number, mask: number, meter: AllocationMeter): Outcome {
  const disk = damagedVictim(victim, file, at, mask);
  disk.faults.add({ effect: 'io', on: 'read', at: READS_LIMIT });
  meter.reset();
  const heapBytes = process.memoryUsage().heapUsed;
  try {
    const outcome = examine(victim, file, disk, at % VACUUMED_OF === 0);
    const grownBytes = process.memoryUsage().heapUsed - heapBytes;
    if (grownBytes > MEMORY_LIMIT_BYTES) throw new Error(`the heap grew by ${grownBytes} bytes`);
    return outcome;
  } catch (error) {
    const where = `${victim.name}, byte ${at} of ${file} changed by ${mask}`;
    throw new Error(`${where}: ${String(error)}`, { cause: error });
  }
}

function examine(victim: Victim, file: SimFileName, disk: LyingDisk, vacuumed: boolean): Outcome {
  try {
    const engine = Engine.open(disk.open(), new SimulatedClock(), new SeededRandom(disk.seed));
    assertRight(victim, file, describeEngine(engine));
    const { problems } = engine.check();
    for (const { offset, what } of problems) if (offset === null) throw new Error(`a problem without a place: ${what}`);
    if (vacuumed) {
      engine.vacuum();
      assertRight(victim, file, describeEngine(engine));
    }
    return problems.length === 0 ? 'harmless' : 'refused';
  } catch (error) {
    if (!(error instanceof HeliosError)) throw error;
    if (error.code === 'NOT_A_DATABASE') return 'refused';
    if (error.code !== 'CORRUPT' || !/byte \d+/.test(error.message)) throw error;
    return 'refused';
  }
}

/** The newest commit of a log is not attested by another: it may look like what a crash has torn. */
function assertRight({ states }: Victim, file: SimFileName, state: string): void {
  if (state === states[states.length - 1]) return;
  if (file === 'wal' && state === states[states.length - 2]) return;
  const older = states.indexOf(state);
  throw new Error(older < 0 ? `wrong rows: ${state.slice(0, 300)}` : `the rows after step ${older}`);
}
