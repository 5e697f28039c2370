import { closeSync, existsSync, fsyncSync, openSync as openFile, renameSync, rmSync, writeSync } from 'node:fs';
import { HeliosError } from '../../base/errors.ts';
import { storageError } from '../errno.ts';
import { runCheck } from './check-command.ts';
import type { OpenDatabase, ShellDatabase } from './shell-database.ts';
import type { Streams } from './terminal.ts';

/**
 * Writes a copy of the database, and verifies the copy. It has its name when all of it is on the disk. Exit code 1 when
 * the copy, and so the database, is damaged.
 */
export function runBackup(database: ShellDatabase, target: string, open: OpenDatabase, streams: Streams): number {
  if (existsSync(target)) {
    throw new HeliosError('DATABASE_EXISTS', `${target} exists already, and has not been changed`, {
      hint: 'Give another name, or delete it first.',
    });
  }
  const partial = `${target}.partial`;
  try {
    writeAll(partial, database.export());
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    throw storageError(error, target, 'write');
  }
  const copy = open(target, { readOnly: true });
  try {
    return runCheck(copy, target, streams);
  } finally {
    copy.close();
  }
}

function writeAll(path: string, chunks: Iterable<Uint8Array>): void {
  const file = openFile(path, 'w');
  try {
    for (const chunk of chunks) for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
