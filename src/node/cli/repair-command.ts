import { existsSync, renameSync, rmSync } from 'node:fs';
import { HeliosError } from '../../base/errors.ts';
import { Engine } from '../../engine/engine.ts';
import type { Clock, Random } from '../../engine/host.ts';
import type { RepairReport } from '../../engine/repair/repair-report.ts';
import { salvage } from '../../engine/repair/salvage.ts';
import { writeSalvage } from '../../engine/repair/write-salvage.ts';
import { Session } from '../../sql/session.ts';
import { storageError } from '../errno.ts';
import { openFileStorage } from '../file-storage.ts';
import { counted } from './counted.ts';
import type { Streams } from './terminal.ts';

/** What only the doors may choose. */
export interface EngineHost {
  readonly clock: Clock;
  random(): Random;
}

export interface RepairChoices {
  readonly output: string;
  readonly json?: boolean;
}

/**
 * Writes what can be saved of a damaged database into a new one, and says what is lost. The damaged files are only read.
 * The new one has its name when all of it is on the disk. Exit code 1 where something is lost.
 */
export function runRepair(path: string, choices: RepairChoices, host: EngineHost, { output }: Streams): number {
  for (const target of [choices.output, `${choices.output}-wal`]) {
    if (!existsSync(target)) continue;
    throw new HeliosError('DATABASE_EXISTS', `${target} exists already, and has not been changed`, {
      hint: 'Give another name, or delete it first.',
    });
  }
  const partial = `${choices.output}.partial`;
  const remove = () => {
    for (const file of [partial, `${partial}-wal`]) rmSync(file, { force: true });
  };
  const storage = openFileStorage(path, { readOnly: true });
  try {
    remove();
    const saved = salvage(storage);
    const report = write(
      partial,
      (engine) => {
        const { report, statements } = writeSalvage(saved, engine);
        const session = new Session(engine);
        for (const statement of statements) session.executeScript(statement);
        session.close();
        return report;
      },
      saved.superblock.pageSize,
      host,
    );
    rename(partial, choices.output);
    output.write(choices.json === true ? `${JSON.stringify(report, null, 1)}\n` : textOf(report, path, choices.output));
    return report.isWhole ? 0 : 1;
  } finally {
    remove();
    storage.close();
  }
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    throw storageError(error, to, 'write');
  }
}

function write(path: string, work: (engine: Engine) => RepairReport, pageSize: number, host: EngineHost): RepairReport {
  const storage = openFileStorage(path);
  try {
    const engine = Engine.open(storage, host.clock, host.random(), { pageSize, synchronous: 'normal' });
    const report = work(engine);
    const { problems } = engine.check();
    if (problems.length > 0) throw new HeliosError('INTERNAL', `the repaired database is damaged: ${problems[0].what}`);
    // Leaves nothing in the log.
    engine.close();
    return report;
  } finally {
    storage.close();
  }
}

function textOf({ tables, log, way, isWhole }: RepairReport, path: string, target: string): string {
  const lines = tables.map(({ name, rows, lost }) => {
    const missing = lost.reduce((sum, each) => sum + each.rows, 0);
    return `${name}: ${counted(rows, 'row')} saved${missing === 0 ? '' : `, ${missing} lost`}`;
  });
  for (const { name, lost } of tables) {
    for (const { segment, fromByte, lengthBytes, rowids, rows, why } of lost) {
      const place = `segment ${segment}, ${counted(lengthBytes, 'byte')} from byte ${fromByte}`;
      lines.push(
        `lost of ${name}: up to ${counted(rows, 'row')} with rowids from ${rowids[0]} to ${rowids[1]} (${place}): ${why}`,
      );
    }
  }
  if (way !== null) {
    const state = `the state of transaction ${way.transaction}, from a copy of the superblock at byte ${way.copyAtByte}`;
    lines.push(`taken: ${state}. There may have been a newer one: ${way.why}`);
  }
  lines.push(`log: ${counted(log.transactions, 'transaction')} taken`);
  if (log.problem !== null) lines.push(`lost of the log: ${log.problem}`);
  lines.push(isWhole ? `${path}: nothing is lost; ${target} has all of it` : `${path}: what is left is in ${target}`);
  return `${lines.join('\n')}\n`;
}
