// The crash harnesses with fresh seeds for as long as you like: npm run soak -- --minutes 60 --seed 1000. See
// test/crash/soak.ts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
// Inside of the project, so that what is imported from packages is found.
const out = mkdtempSync(join(ROOT, 'node_modules/.soak-'));
try {
  for (const entry of ['soak.ts', 'sigkill-writer.ts']) {
    await build({
      root: ROOT,
      configFile: false,
      logLevel: 'error',
      build: {
        ssr: join(ROOT, 'test/crash', entry),
        outDir: out,
        emptyOutDir: false,
        minify: false,
        sourcemap: true,
        target: 'node20',
      },
    });
  }
  const start = ['--enable-source-maps', join(out, 'soak.js'), ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, start, { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
