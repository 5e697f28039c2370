// A process of its own: what a simulated day of a gateway writes to its files, for each byte of rows that it inserts or
// updates. `npm run volume --prefix bench -- [READINGS A SECOND [HOURS]]`.
import { loadLateParts } from '../src/sql/late-parts.ts';
import { simulateDay } from '../test/support/simulated-day.ts';

const HOUR_SECONDS = 3600;

const [, , rowsPerSecond = '1', hours = '24'] = process.argv;
await loadLateParts();
const { user, log, main, rows, checkpoints, fileBytes } = simulateDay({
  seconds: Number(hours) * HOUR_SECONDS,
  rowsPerSecond: Number(rowsPerSecond),
  secondsPerBatch: 60,
  keptSeconds: 6 * HOUR_SECONDS,
});

function line(what: string, bytes: number): string {
  return `${what.padEnd(24)}${(bytes / 1e6).toFixed(2).padStart(10)} MB${(bytes / user).toFixed(2).padStart(8)} x`;
}

const lines = [
  line('rows of users', user),
  line('log', log),
  line('segments and manifests', main),
  line('all files', log + main),
];
process.stdout.write(
  `${lines.join('\n')}\n${rows} rows at the end in ${fileBytes} bytes, ${checkpoints} checkpoints\n`,
);
