import { Command, CommanderError, Option } from 'commander';
import { HeliosError } from '../../base/errors.ts';
import type { HistoryPoint } from '../../sql/history-point.ts';
import { runBackup } from './backup-command.ts';
import { runCheck } from './check-command.ts';
import { failureText } from './failure.ts';
import type { Format } from './formats.ts';
import { historyPoint } from './history-point.ts';
import { runImport } from './import-command.ts';
import { runInspect } from './inspect-command.ts';
import { refuseSlip } from './refuse-slip.ts';
import { type EngineHost, type RepairChoices, runRepair } from './repair-command.ts';
import { Shell } from './shell.ts';
import type { OpenDatabase, OpenOptions, ShellDatabase, ShellSource } from './shell-database.ts';
import { runPiped, runTerminal, type Streams } from './terminal.ts';

export interface CommandLine {
  /** What follows the program's name. */
  readonly args: readonly string[];
  readonly version: string;
  readonly streams: Streams;
  /** Whether a person sits at the input. */
  readonly interactive: boolean;
  readonly open: OpenDatabase;
  readonly host: EngineHost;
}

interface ShellChoices {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly readonly?: boolean;
  readonly asOf?: HistoryPoint;
}

/** The whole command line. Resolves to the exit code: 0, 1 for a failure, 2 for wrong arguments. */
export async function runCommandLine(line: CommandLine): Promise<number> {
  let exitCode = 0;
  const program = describe(line, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(line.args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has written its own message.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    line.streams.errors.write(`${failureText(error)}\n`);
    return 1;
  }
}

function describe(line: CommandLine, exit: (code: number) => void): Command {
  const { streams } = line;
  const program = new Command('heliosdb')
    .description('A shell and tools for HeliosDB databases.')
    .version(line.version)
    .showHelpAfterError('heliosdb --help shows how.')
    .exitOverride()
    .helpCommand('help [command]', 'display help for command')
    .configureOutput({
      writeOut: (text) => void streams.output.write(text),
      writeErr: (text) => void streams.errors.write(text),
    });
  describeShell(program, line);
  program
    .command('import')
    .description('Insert the rows of a CSV file with a header; a missing table is created.')
    .argument('<file>', 'the database')
    .argument('<table>', 'the table')
    .argument('<csv>', 'the CSV file')
    .option('--delimiter <character>', 'between fields; by default found out from the header')
    .action(async (file: string, table: string, csv: string, choices: { readonly delimiter?: string }) => {
      exit(await withDatabase(line.open(file, {}), (database) => runImport(database, table, csv, choices, streams)));
    });
  program
    .command('backup')
    .description('Write a verified copy of a database that no other process has open.')
    .argument('<file>', 'the database; it must exist')
    .argument('<target>', 'the copy, which must not')
    .action(async (file: string, target: string) => {
      const copy = (database: ShellDatabase): number => runBackup(database, target, line.open, streams);
      exit(await withDatabase(line.open(file, { create: false }), copy));
    });
  program
    .command('check')
    .description('Verify every block, checksum and index entry.')
    .argument('<file>', 'the database')
    .action(async (file: string) => {
      exit(await withDatabase(line.open(file, { readOnly: true }), (database) => runCheck(database, file, streams)));
    });
  program
    .command('inspect')
    .description(
      'Show what the files hold: segments, columns, encodings, extents, the log. Damage is shown, not an error.',
    )
    .argument('<file>', 'the database; it is only read')
    .option('--json', 'all of it as JSON')
    .action((file: string, _choices: unknown, command: Command) => {
      // The shell has an option of that name, too, and takes it wherever it stands.
      exit(runInspect(file, command.optsWithGlobals(), streams));
    });
  program
    .command('repair')
    .description(
      'Save what checksums vouch for into a new database, and say what is lost. The damaged files stay as they are.',
    )
    .argument('<file>', 'the damaged database; it is only read')
    .requiredOption('--output <new>', 'the new database, which must not exist')
    .option('--json', 'the report as JSON')
    .action((file: string, _choices: unknown, command: Command) => {
      exit(runRepair(file, command.optsWithGlobals<RepairChoices>(), line.host, streams));
    });
  refuseServe(program);
  return program;
}

/** What the program does without a command. */
function describeShell(program: Command, line: CommandLine): void {
  program
    .argument('<file>', 'the database; a new one is created')
    .argument('[sql]', 'statements to run; without any, a shell opens')
    .addOption(new Option('--json', 'rows as JSON').conflicts('csv'))
    .option('--csv', 'rows as CSV')
    .option('--readonly', 'open for reading only; the file must exist')
    .option(
      '--as-of <point>',
      'read what it held then: a time, a transaction, scn:N or snapshot:NAME; for reading only',
      historyPoint,
    )
    .action(async (file: string, sql: string | undefined, choices: ShellChoices) => {
      refuseSlip(
        file,
        program.commands.map((command) => command.name()),
      );
      const { asOf, readonly } = choices;
      const options: OpenOptions = { timestamps: 'text', readOnly: readonly === true || asOf !== undefined };
      await withDatabase(line.open(file, options), (database) =>
        runShell(asOf === undefined ? database : database.asOf(asOf), sql, choices, line),
      );
    });
}

/** What will be a command is not taken for a file's name. */
function refuseServe(program: Command): void {
  program
    .command('serve', { hidden: true })
    .allowUnknownOption()
    .allowExcessArguments()
    .action(() => {
      throw new HeliosError('NOT_SUPPORTED', 'heliosdb serve is not supported', {
        hint: 'A database of that name is ./serve.',
      });
    });
}

async function runShell(
  database: ShellSource,
  sql: string | undefined,
  choices: ShellChoices,
  line: CommandLine,
): Promise<void> {
  const format: Format = choices.json === true ? 'json' : choices.csv === true ? 'csv' : 'table';
  const { streams } = line;
  const shell = new Shell(database, { write: (text) => void streams.output.write(text) }, format);
  if (sql !== undefined) shell.script(sql);
  else if (line.interactive) await runTerminal(shell, streams);
  else await runPiped(shell, streams.input);
}

/** Closes the database whatever happens. When closing fails as well, the user hears of both. */
async function withDatabase<T>(database: ShellDatabase, work: (database: ShellDatabase) => T | Promise<T>): Promise<T> {
  const outcome = await settle(() => work(database));
  const closing = await settle(() => database.close());
  if (!outcome.done && !closing.done) throw new AggregateError([outcome.error, closing.error]);
  if (!outcome.done) throw outcome.error;
  if (!closing.done) throw closing.error;
  return outcome.value;
}

type Settled<T> = { readonly done: true; readonly value: T } | { readonly done: false; readonly error: unknown };

async function settle<T>(work: () => T | Promise<T>): Promise<Settled<T>> {
  try {
    return { done: true, value: await work() };
  } catch (error) {
    return { done: false, error };
  }
}
