// Run as a process of its own by sigkill.test.ts, and killed by it: runs step after step on a real file and says the
// number of each on standard output once its commit has returned. It never ends by itself.
import { writeSync } from 'node:fs';
import { openSync } from '../../src/node.ts';
import { createSchema, lastStep, runStep, STEPS_BETWEEN_REOPENS, stepOf } from './sigkill-steps.ts';

const [, , path, seed] = process.argv;

for (;;) {
  const database = openSync(path, { synchronous: 'full' });
  createSchema(database);
  const first = lastStep(database) + 1;
  for (let number = first; number < first + STEPS_BETWEEN_REOPENS; number++) {
    runStep(database, number, stepOf(Number(seed), number));
    // Synchronous: what is acknowledged has left the process.
    writeSync(1, `${number}\n`);
  }
  database.close();
}
