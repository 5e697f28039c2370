import { Command, InvalidArgumentError, Option } from 'commander';

export interface GatewayOptions {
  readonly port: number;
  readonly host: string;
  /** Folder of the database files. */
  readonly data: string;
  readonly replay: number;
  readonly keepDays: number;
  /** CSV file to import instead of running the gateway, and the table that it goes into. */
  readonly import?: string;
  readonly table?: string;
}

export function parseOptions(args: readonly string[]): GatewayOptions {
  const program = new Command('npm start --')
    .description('Runs the gateway of the demo and serves the kiosk page, or imports a CSV file.')
    .option('--port <number>', 'port of the page; the next free one is taken when it is in use', port, 8080)
    .option('--host <address>', 'address to listen on; 0.0.0.0 for all of this machine', '127.0.0.1')
    .option('--data <folder>', 'where the database files are', './data')
    .option('--replay <hours>', 'hours of weather replayed in each sample', wholeNumber, 1)
    .option('--keep-days <days>', "how long the machine's own readings are kept", wholeNumber, 7)
    .addOption(new Option('--import <file.csv>', 'import this file (header row, types inferred) and end'))
    .option('--table <name>', 'the table that the file is imported into')
    .showHelpAfterError('(--help shows all options)')
    .allowExcessArguments(false)
    .parse(args, { from: 'user' });
  const options = program.opts<GatewayOptions>();
  if (options.import !== undefined && options.table === undefined) {
    program.error('--import needs --table NAME: the table that the rows go into.');
  }
  if (options.table !== undefined && options.import === undefined) {
    program.error('--table NAME goes with --import FILE.');
  }
  return options;
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return value;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('A whole number of at least 1 is needed.');
  return Number(text);
}
