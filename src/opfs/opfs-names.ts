import { HeliosError } from '../base/errors.ts';

/** The directory of all databases in the origin-private file system. */
export const OPFS_DIRECTORY = 'heliosdb';
export const WAL_SUFFIX = '-wal';

/** File systems take 255 bytes for a name; the log's suffix needs four. */
const MAX_NAME_BYTES = 250;

function reasonAgainst(name: string): string | null {
  if (name === '') return 'it is empty';
  if (/[/\\]/.test(name)) return 'it has a slash';
  if (name === '.' || name === '..') return 'it means a directory';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'it has a control character';
  if (name.endsWith(WAL_SUFFIX)) return `it ends with ${WAL_SUFFIX}, as the log of another database would`;
  if (new TextEncoder().encode(name).length > MAX_NAME_BYTES) return `it is longer than ${MAX_NAME_BYTES} bytes`;
  return null;
}

/** Throws MISUSE for a name that cannot be a database in OPFS. */
export function checkOpfsName(name: string): void {
  const reason = reasonAgainst(name);
  if (reason !== null) {
    throw new HeliosError('MISUSE', `${JSON.stringify(name)} cannot name a database: ${reason}`);
  }
}
