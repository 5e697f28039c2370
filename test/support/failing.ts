import { expect } from 'vitest';

/** What toThrow() takes: an error of that code, whose message has that in it. */
export const failing = (code: string, message: RegExp | string = '') =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });
