// Random statements against SQLite, for as long as you like: npm run fuzz -- --minutes 10. See test/fuzz/main.ts.
import { runTypeScript } from './run-typescript.mjs';

process.exitCode = await runTypeScript(['test/fuzz/main.ts'], process.argv.slice(2));
