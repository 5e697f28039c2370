import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Tells the service worker which files the page consists of. It knows them by two names that this replaces, and the
 * version changes with any of them.
 */
function pageFiles(): Plugin {
  return {
    name: 'kiosk:page-files',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle['service-worker.js'];
        if (worker?.type !== 'chunk') this.error('the kiosk has no service worker');
        const files = Object.keys(bundle).filter((name) => name !== 'service-worker.js' && !name.endsWith('.map'));
        const hash = createHash('sha256');
        for (const name of files.sort()) {
          const file = bundle[name]!;
          hash.update(name).update(file.type === 'chunk' ? file.code : file.source);
        }
        worker.code = worker.code
          .replaceAll('__PAGE_FILES__', JSON.stringify(files.map((name) => `/${name}`)))
          .replaceAll('__PAGE_VERSION__', JSON.stringify(hash.digest('hex').slice(0, 12)));
      },
    },
  };
}

/**
 * The kiosk page. `vite build` takes the library as it is published, from dist/; `vite` (development) from its source.
 * In development a gateway that runs on port 8080 answers below /api.
 */
export default defineConfig(({ command }) => ({
  root: here('kiosk'),
  base: '/',
  plugins: [pageFiles()],
  resolve: {
    alias: [
      { find: /^heliosdb-nano$/, replacement: here(command === 'build' ? '../dist/index.js' : '../src/index.ts') },
    ],
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
  build: {
    outDir: here('dist/kiosk'),
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: {
      input: { index: here('kiosk/index.html'), 'service-worker': here('kiosk/service-worker.ts') },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
}));
