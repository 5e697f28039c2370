import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { hasErrno } from '../errno.ts';

export const HISTORY_LINES = 1_000;

/** The lines typed in earlier shells, one a line, the newest last. HELIOSDB_HISTORY names another file; empty means none. */
export function historyPath(environment: NodeJS.ProcessEnv): string | null {
  const named = environment.HELIOSDB_HISTORY;
  if (named !== undefined) return named === '' ? null : named;
  return join(homedir(), '.heliosdb_history');
}

/** The newest first, as readline wants them. */
export function readHistory(path: string | null): string[] {
  if (path === null) return [];
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.filter((line) => line !== '').reverse();
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR')) return [];
    throw error;
  }
}

/** Takes the newest first. A history that cannot be written is no reason to fail: the shell has done its work. */
export function writeHistory(path: string | null, newestFirst: readonly string[]): void {
  if (path === null) return;
  const lines = newestFirst.slice(0, HISTORY_LINES).reverse();
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Statements may hold what others should not read.
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  } catch (error) {
    if (!hasErrno(error, 'EACCES', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ENOSPC', 'EPERM', 'EEXIST')) throw error;
  }
}
