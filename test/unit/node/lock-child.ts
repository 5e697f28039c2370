// Run as a process of its own by file-storage.test.ts: `hold` opens, says so, and waits to be killed or told to go;
// `contend` opens and closes many times, and proves while it has the lock that nobody else does.
import { closeSync, openSync, unlinkSync } from 'node:fs';
import { isHeliosError } from '../../../src/base/errors.ts';
import { openFileStorage } from '../../../src/node/file-storage.ts';

const [, , mode, path, argument] = process.argv;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function hold(): void {
  const storage = openFileStorage(path, { readOnly: argument === 'readOnly' });
  say('open');
  process.stdin.on('data', () => {
    storage.close();
    say('closed');
    process.exit(0);
  });
}

function contend(): void {
  const witness = `${path}-witness`;
  let opened = 0;
  for (let round = 0; round < Number(argument); round++) {
    try {
      const storage = openFileStorage(path);
      closeSync(openSync(witness, 'wx'));
      unlinkSync(witness);
      opened++;
      // The last time the claim stays behind when the process is killed: others must clear it.
      if (round === Number(argument) - 1) break;
      storage.close();
    } catch (error) {
      if (!isHeliosError(error, 'LOCKED')) throw error;
    }
  }
  say(`opened ${opened}`);
  process.kill(process.pid, 'SIGKILL');
}

if (mode === 'hold') hold();
else contend();
