// Bundles TypeScript entries of this project and runs the first one: plain Node cannot load TypeScript before version 22.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** `entries` are paths in the project; all lie beside the first one when it runs. Returns its exit code. */
export async function runTypeScript(entries, args) {
  // Inside of the project, so that what is imported from packages is found.
  const outDir = mkdtempSync(join(ROOT, 'node_modules/.run-'));
  const options = { outDir, emptyOutDir: false, minify: false, sourcemap: true, target: 'node20' };
  try {
    for (const entry of entries)
      await build({ root: ROOT, configFile: false, logLevel: 'error', build: { ssr: join(ROOT, entry), ...options } });
    const script = join(outDir, basename(entries[0]).replace(/\.ts$/, '.js'));
    return spawnSync(process.execPath, ['--enable-source-maps', script, ...args], { stdio: 'inherit' }).status ?? 1;
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}
