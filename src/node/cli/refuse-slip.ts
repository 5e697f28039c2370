import { existsSync } from 'node:fs';
import { HeliosError } from '../../base/errors.ts';
import { didYouMean } from '../../sql/binder/near-miss.ts';

const BEGINS_AS_SQL = /^\s*(select|with|values|insert|update|delete|create|drop|alter|pragma|explain)\s/i;

/**
 * A new database is made of whatever stands in the place of its file: MISUSE where that looks like a command misspelt, or like
 * SQL without a file before it.
 */
export function refuseSlip(file: string, commands: readonly string[]): void {
  if (existsSync(file)) return;
  if (BEGINS_AS_SQL.test(file)) {
    throw new HeliosError('MISUSE', `there is no file "${file}"`, {
      hint: 'The database comes before the SQL: heliosdb FILE "SQL".',
    });
  }
  const near = didYouMean(file, commands);
  if (near === '') return;
  throw new HeliosError('MISUSE', `there is no command or file "${file}"${near}`, {
    hint: `A new database of that name is ./${file}.`,
  });
}
