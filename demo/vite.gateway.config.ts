import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The gateway as one module that Node runs. Packages, the library among them, stay imports. */
export default defineConfig({
  root: here('gateway'),
  build: {
    ssr: here('gateway/main.ts'),
    outDir: here('dist/gateway'),
    emptyOutDir: true,
    target: 'node20',
    rolldownOptions: { external: [/^heliosdb-nano/], output: { entryFileNames: 'main.js' } },
  },
});
