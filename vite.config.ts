import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Kilobytes (1000 bytes) of the engine's worker with everything that it imports at once, minified and gzipped. */
const WORKER_GOAL_KB = 150;
/** What the whole dialect takes today is above the goal; it may not grow. */
const WORKER_LIMIT_KB = 205;

const WORKER_IN_SOURCE = "new URL('./worker-main.ts', import.meta.url)";
const WORKER_IN_LIBRARY = "new URL('./worker.js', import.meta.url)";

/**
 * Entries and chunks lie in one folder, and the client names its worker as bundlers expect it: an application's bundler,
 * or the browser itself, finds worker.js beside the file that starts it.
 */
function workerBesideLibrary(): Plugin {
  let replacements = 0;
  return {
    name: 'helios:worker-beside-library',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/client/remote/start-worker.ts')) return null;
      replacements++;
      if (!code.includes(WORKER_IN_SOURCE)) this.error(`${id} does not contain ${WORKER_IN_SOURCE}`);
      // The places of everything else stay as they were.
      return { code: code.replace(WORKER_IN_SOURCE, WORKER_IN_LIBRARY), map: null };
    },
    buildEnd() {
      if (replacements !== 1) this.error('the client does not start its worker from client/remote/start-worker.ts');
    },
  };
}

/** Prints what a page downloads to run the engine, and fails when that is too much. */
function workerSize(): Plugin {
  return {
    name: 'helios:worker-size',
    writeBundle(_options, bundle) {
      const needed = new Set<string>();
      const onDemand = new Set<string>();
      const visit = (name: string, into: Set<string>): void => {
        const file = bundle[name];
        if (needed.has(name) || into.has(name) || file?.type !== 'chunk') return;
        into.add(name);
        for (const other of file.imports) visit(other, into);
      };
      visit('worker.js', needed);
      for (const name of needed) {
        const file = bundle[name];
        if (file.type === 'chunk') for (const other of file.dynamicImports) visit(other, onDemand);
      }
      const kilobytes = (names: Iterable<string>): number => {
        let bytes = 0;
        for (const name of names) {
          const file = bundle[name];
          if (file.type === 'chunk') bytes += gzipSync(file.code, { level: 9 }).length;
        }
        return bytes / 1000;
      };
      const sizeKb = kilobytes(needed);
      const later = `${kilobytes(onDemand).toFixed(1)} KB more on demand`;
      const line = `engine worker: ${sizeKb.toFixed(1)} KB minified and gzipped (goal ${WORKER_GOAL_KB} KB, limit ${WORKER_LIMIT_KB} KB), ${later}`;
      if (sizeKb > WORKER_LIMIT_KB) this.error(line);
      console.log(line);
    },
  };
}

/** The library: `npm run build`. */
export default defineConfig({
  publicDir: false,
  plugins: [workerBesideLibrary(), workerSize()],
  ssr: { noExternal: ['comlink'] },
  build: {
    // Not for a server: this is Vite's build of modules that stay modules, without an application's workers and assets.
    ssr: true,
    target: 'es2022',
    minify: true,
    sourcemap: true,
    emptyOutDir: true,
    rolldownOptions: {
      input: {
        index: 'src/index.ts',
        node: 'src/node.ts',
        kysely: 'src/kysely.ts',
        worker: 'src/worker.ts',
        cli: 'src/cli.ts',
      },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
