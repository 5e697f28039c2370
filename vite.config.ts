import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin, type Rolldown } from 'vite';

/** Kilobytes (1000 bytes) of the engine's worker with everything that it imports at once, minified and gzipped. */
const WORKER_LIMIT_KB = 150;

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

/**
 * What is loaded together lies in one file: fewer requests, and a file compresses better than its pieces. A page needs
 * `client` beside its own index.js, and its worker `client` and `engine` before anything else.
 */
function filesOfModules(): Rolldown.CodeSplittingOptions {
  const closures = new Map<string, ReadonlySet<string>>();
  /** The modules that one below src imports, over others too, but not those that it imports on demand. */
  const closureOf = (module: string, context: Rolldown.ChunkingContext): ReadonlySet<string> => {
    let found = closures.get(module) as Set<string> | undefined;
    if (found !== undefined) return found;
    found = new Set();
    closures.set(module, found);
    const pending = [fileURLToPath(new URL(`src/${module}.ts`, import.meta.url))];
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      pending.push(...(context.getModuleInfo(id)?.importedIds ?? []));
    }
    return found;
  };
  const sharedBy =
    (file: string, ...modules: readonly string[]): Rolldown.CodeSplittingNameFunction =>
    (id, context) =>
      modules.every((module) => closureOf(module, context).has(id)) ? file : null;
  return {
    groups: [
      { debugName: 'client', name: sharedBy('client', 'index', 'worker'), priority: 2 },
      { debugName: 'engine', name: sharedBy('engine', 'node', 'worker'), priority: 1 },
    ],
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
      const kilobytes = (name: string): number => {
        const file = bundle[name];
        return file.type === 'chunk' ? gzipSync(file.code, { level: 9 }).length / 1000 : 0;
      };
      const sum = (names: Iterable<string>): string =>
        [...names].reduce((kb, name) => kb + kilobytes(name), 0).toFixed(1);
      const later = [...onDemand].map(
        (name) => `${(bundle[name] as Rolldown.OutputChunk).name} ${kilobytes(name).toFixed(1)}`,
      );
      const size = sum(needed);
      const line = `engine worker: ${size} KB minified and gzipped (limit ${WORKER_LIMIT_KB} KB), and on demand ${sum(onDemand)} KB: ${later.join(', ')}`;
      if (Number(size) > WORKER_LIMIT_KB) this.error(line);
      console.log(line);
    },
  };
}

/** The library: `npm run build`. */
export default defineConfig({
  publicDir: false,
  plugins: [workerBesideLibrary(), workerSize()],
  ssr: { noExternal: ['comlink', 'fflate'] },
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
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: '[name]-[hash].js',
        codeSplitting: filesOfModules(),
      },
    },
  },
});
