// The crash harnesses with fresh seeds for as long as you like: npm run soak -- --minutes 60 --seed 1000. See
// test/crash/soak.ts.
import { runTypeScript } from './run-typescript.mjs';

process.exitCode = await runTypeScript(['test/crash/soak.ts', 'test/crash/sigkill-writer.ts'], process.argv.slice(2));
