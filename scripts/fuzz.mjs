// Random statements against SQLite, for as long as you like: npm run fuzz -- --minutes 10. See test/fuzz/main.ts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
// Inside of the project, so that what is imported from packages is found.
const out = mkdtempSync(join(ROOT, 'node_modules/.fuzz-'));
try {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: { ssr: join(ROOT, 'test/fuzz/main.ts'), outDir: out, minify: false, sourcemap: true, target: 'node20' },
  });
  const result = spawnSync(process.execPath, ['--enable-source-maps', join(out, 'main.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = result.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
