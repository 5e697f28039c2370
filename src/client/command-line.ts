import { runCommandLine } from '../node/cli/program.ts';
import { openSync } from './open-node.ts';
import { systemClock, systemRandom } from './system-host.ts';
import { VERSION } from './version.ts';

// A reader that has seen enough (head, less) closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCommandLine({
  args: process.argv.slice(2),
  version: VERSION,
  streams: { input: process.stdin, output: process.stdout, errors: process.stderr, environment: process.env },
  interactive: process.stdin.isTTY === true,
  open: openSync,
  host: { clock: systemClock, random: systemRandom },
});

// After .quit nobody reads on, and an open pipe would keep the process alive.
process.stdin.destroy();
