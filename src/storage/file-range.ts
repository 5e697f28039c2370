import { assert } from '../base/assert.ts';

/** Offsets and sizes come from the engine, never from users: a bad one is a bug, and must not reach the file system. */
export function assertFileOffset(fileName: string, offset: number): void {
  assert(Number.isSafeInteger(offset) && offset >= 0, `${fileName}: ${offset} is not an offset into a file`);
}
