import { counted } from './counted.ts';
import type { ShellDatabase } from './shell-database.ts';
import type { Streams } from './terminal.ts';

/** Prints what was verified and every problem. Exit code 1 when there are any. */
export function runCheck(database: ShellDatabase, path: string, { output }: Streams): number {
  const { ok, problems, tables, segments, rows } = database.check();
  const parts = [counted(tables, 'table'), counted(segments, 'segment'), counted(rows, 'row')];
  output.write(`${path}: ${parts.join(', ')}: ${ok ? 'ok' : 'damaged'}\n`);
  for (const { file, offset, what } of problems) {
    const place = file === null ? '' : offset === null ? `${file}: ` : `${file} at ${offset}: `;
    output.write(`  ${place}${what}\n`);
  }
  if (!ok) output.write(`heliosdb repair ${path} --output NEW writes a new database of what is whole.\n`);
  return ok ? 0 : 1;
}
