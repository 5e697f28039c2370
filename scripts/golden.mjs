// Writes the files of test/golden/files anew: npm run golden. See test/golden/write.ts.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTypeScript } from './run-typescript.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
process.exitCode = await runTypeScript(['test/golden/write.ts'], [join(ROOT, 'test/golden/files')]);
