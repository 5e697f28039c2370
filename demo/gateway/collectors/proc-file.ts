import { readFileSync } from 'node:fs';

/** The text of a file under /proc or /sys, or null where this machine does not have it. */
export function readProcFile(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null; // No such file, or a sensor that is asleep: either way there is no value now.
  }
}
