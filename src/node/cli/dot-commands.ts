import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HeliosError } from '../../base/errors.ts';
import { storageError } from '../errno.ts';
import { asStatement, dump, quoteText } from './dump.ts';
import { FORMATS, type Format } from './formats.ts';
import type { Shell } from './shell.ts';

interface DotCommand {
  readonly name: string;
  readonly usage: string;
  readonly help: string;
  run(shell: Shell, argument: string): void;
}

/** A script that reads itself would never end. */
const DEEPEST_READ = 16;

/** What somebody has made, and not the engine for its own use. */
const OWN = "name NOT GLOB 'sqlite_*'";

const KINDS = ['table', 'view', 'index', 'trigger'] as const;

const COMMANDS: readonly DotCommand[] = [
  {
    name: '.help',
    usage: '.help',
    help: 'this list',
    run: (shell) => shell.output.write(helpText()),
  },
  {
    name: '.tables',
    usage: '.tables',
    help: 'names of tables and views',
    run(shell) {
      const sql = `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND ${OWN} ORDER BY name`;
      for (const name of texts(shell, sql)) shell.output.write(`${name}\n`);
    },
  },
  {
    name: '.schema',
    usage: '.schema [TABLE]',
    help: 'the statements that create what there is, or one table or view with its indexes and triggers',
    run(shell, table) {
      const where = table === '' ? '' : `AND lower(tbl_name) = lower(${quoteText(unquoted(table))})`;
      // What others stand on comes first: the text can be run as it stands.
      const order = `${KINDS.map((kind) => `type = '${kind}' DESC`).join(', ')}, tbl_name, name`;
      const definitions = texts(shell, `SELECT sql FROM sqlite_schema WHERE ${OWN} ${where} ORDER BY ${order}`);
      if (table !== '' && definitions.length === 0) {
        throw new HeliosError('TABLE_NOT_FOUND', `no such table: ${table}; .tables lists them`);
      }
      for (const definition of definitions) shell.output.write(`${asStatement(definition)}\n`);
    },
  },
  {
    name: '.dump',
    usage: '.dump',
    help: 'the statements that make this database anew, with its rows',
    run: (shell) => dump(shell.database, shell.output),
  },
  {
    name: '.indexes',
    usage: '.indexes [TABLE]',
    help: 'names of indexes',
    run(shell, table) {
      const where = table === '' ? '' : `AND lower(tbl_name) = lower(${quoteText(unquoted(table))})`;
      const sql = `SELECT name FROM sqlite_schema WHERE type = 'index' ${where} ORDER BY name`;
      for (const name of texts(shell, sql)) shell.output.write(`${name}\n`);
    },
  },
  {
    name: '.snapshots',
    usage: '.snapshots',
    help: 'the states that have a name',
    run: (shell) => shell.run('SELECT name, txn, created_at, expires_at FROM helios.snapshots ORDER BY txn, name'),
  },
  {
    name: '.history',
    usage: '.history TABLE',
    help: 'what its rows were, and what has become of them: the oldest first',
    run(shell, table) {
      if (table === '') throw misuse('.history TABLE', table);
      const name = `"${unquoted(table).replaceAll('"', '""')}"`;
      const rows = `${name} VERSIONS BETWEEN MINVALUE AND MAXVALUE`;
      shell.run(`SELECT _created_txn AS txn, _operation, * FROM ${rows} ORDER BY _created_txn, rowid`);
    },
  },
  {
    name: '.mode',
    usage: `.mode ${FORMATS.join('|')}`,
    help: 'how rows are written',
    run(shell, format) {
      if (!isFormat(format)) throw misuse(`.mode ${FORMATS.join('|')}`, format);
      shell.settings.format = format;
    },
  },
  {
    name: '.timer',
    usage: '.timer on|off',
    help: 'the time that each statement takes',
    run(shell, state) {
      if (state !== 'on' && state !== 'off') throw misuse('.timer on|off', state);
      shell.settings.timer = state === 'on';
    },
  },
  {
    name: '.read',
    usage: '.read FILE',
    help: 'runs the statements and commands of a file',
    run: readScript,
  },
  {
    name: '.quit',
    usage: '.quit',
    help: 'leaves the shell; so does Ctrl-D',
    run: (shell) => shell.end(),
  },
];

export const DOT_COMMAND_NAMES = COMMANDS.map((command) => command.name);

/** Runs one line that begins with a dot. Throws MISUSE for commands that do not exist or do not fit. */
export function runDotCommand(shell: Shell, line: string): void {
  const [name, ...words] = line.replace(/;$/, '').split(/\s+/);
  const command = COMMANDS.find((each) => each.name === (name === '.exit' ? '.quit' : name));
  if (command === undefined) throw new HeliosError('MISUSE', `no such command: ${name}; .help lists them`);
  command.run(shell, words.join(' '));
}

function readScript(shell: Shell, file: string): void {
  if (file === '') throw misuse('.read FILE', file);
  const path = resolve(file);
  if (shell.readDepth >= DEEPEST_READ) {
    throw new HeliosError('MISUSE', `.read ${file}: ${DEEPEST_READ} files read one another; one of them reads itself`);
  }
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw storageError(error, path, 'read');
  }
  shell.readDepth++;
  try {
    shell.script(text);
  } finally {
    shell.readDepth--;
    shell.cancel();
  }
}

function texts(shell: Shell, sql: string): string[] {
  return shell.database.query(sql, [], { rowMode: 'array' }).rows.map(([text]) => String(text));
}

/** A name as it may be typed behind a command: in double quotes or without. */
function unquoted(name: string): string {
  return name.replace(/^"(.*)"$/, '$1').replaceAll('""', '"');
}

function isFormat(text: string): text is Format {
  return (FORMATS as readonly string[]).includes(text);
}

function misuse(usage: string, given: string): HeliosError {
  return new HeliosError('MISUSE', `usage: ${usage}${given === '' ? '' : `, not ${given}`}`);
}

function helpText(): string {
  const width = Math.max(...COMMANDS.map(({ usage }) => usage.length));
  const lines = COMMANDS.map(({ usage, help }) => `${usage.padEnd(width)}  ${help}\n`);
  return `${lines.join('')}Everything else is SQL, and ends with a semicolon.\n`;
}
