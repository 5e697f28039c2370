import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Shell } from '../../../src/node/cli/shell.ts';
import { runTerminal } from '../../../src/node/cli/terminal.ts';
import { openSync } from '../../../src/node.ts';
import { temporaryDirectory } from '../../support/node-child.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let history: string;
beforeEach(() => {
  directory = temporaryDirectory();
  history = join(directory.path, 'history');
});
afterEach(() => directory.remove());

/** Types into a shell over an empty database in memory until it ends; returns all that it wrote. */
async function type(keys: string): Promise<{ readonly output: string; readonly errors: string }> {
  const database = openSync(':memory:');
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const shell = new Shell(database, { write: (text) => void output.write(text) }, 'csv');
  const done = runTerminal(shell, { input, output, errors, environment: { HELIOSDB_HISTORY: history } });
  input.end(keys);
  await done;
  database.close();
  return { output: String(output.read() ?? ''), errors: String(errors.read() ?? '') };
}

it('runs statements over lines and keeps on after an error', async () => {
  const { output, errors } = await type('SELECT\n1 AS one;\nSELECT nope;\nSELECT 2 AS two;\n.quit\n');
  expect(output).toContain('...> ');
  expect(output).toContain('one\n1\n');
  expect(output).toContain('two\n2\n');
  expect(errors).toMatch(/^Error: .*nope/);
});

it('Ctrl-C cancels what is typed, Ctrl-D leaves', async () => {
  const { output, errors } = await type('SELECT\nfoo\u0003SELECT 3 AS three;\n\u0004');
  expect(errors).toBe('');
  expect(output).toContain('three\n3\n');
});

it('Ctrl-C with nothing typed says how to leave', async () => {
  expect((await type('\u0003\u0004')).output).toContain('.quit or Ctrl-D leaves');
});

it('keeps the history over shells', async () => {
  writeFileSync(history, 'SELECT 7 AS seven;\n');
  // Arrow up, Enter.
  expect((await type('\u001b[A\n.quit\n')).output).toContain('seven\n7\n');
  expect(readFileSync(history, 'utf8')).toBe('SELECT 7 AS seven;\n.quit\n');
});
