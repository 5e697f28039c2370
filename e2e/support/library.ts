import { createReadStream, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { build } from 'vite';
import type { TestServer } from './server.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Pages may load scripts of their own site and nothing else: no inline script, no eval. */
const SECURITY_POLICY = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'";

const PAGE =
  '<!doctype html><html lang="en"><title>Library</title><script type="module" src="./page.js"></script></html>';
const PAGE_SCRIPT = "import * as helios from './index.js';\nwindow.helios = helios;\n";

/** A module that registers functions, as an application would serve it. */
const FUNCTIONS_SCRIPT = `export default (db) => {
  db.function('shout', { deterministic: true }, (text) => text.toUpperCase() + '!');
  db.function('fail', () => { throw new RangeError('on purpose'); });
  db.aggregate('longest', { init: () => '', step: (best, text) => (text.length > best.length ? text : best) });
  db.table('letters', { columns: ['letter'], *rows(text) { for (const letter of text) yield [letter]; } });
};
`;

export interface LibraryServer extends TestServer {
  /** From now on requests for these paths fail; null: none does. */
  refuse(paths: RegExp | null): void;
  /** The paths that were served since the start. */
  readonly served: readonly string[];
}

function serveFolder(folder: string): Promise<LibraryServer> {
  let refused: RegExp | null = null;
  const served: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (refused?.test(pathname) === true) {
      response.destroy();
      return;
    }
    const path = join(folder, normalize(pathname));
    const type = CONTENT_TYPES[extname(path)];
    if (type === undefined || !existsSync(path)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': type, 'content-security-policy': SECURITY_POLICY });
    response.on('finish', () => served.push(pathname));
    createReadStream(path).pipe(response);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const close = (): Promise<void> =>
        new Promise((closed) => {
          server.close(() => closed());
          server.closeAllConnections();
        });
      const refuse = (paths: RegExp | null): void => {
        refused = paths;
      };
      resolve({ url: `http://127.0.0.1:${port}/`, close, refuse, served });
    });
  });
}

/** Builds the library as it is published and serves it with an empty page, `page.html`, whose `window.helios` it is. */
export async function serveLibrary(): Promise<LibraryServer> {
  const folder = mkdtempSync(join(tmpdir(), 'helios-library-'));
  const repository = new URL('../..', import.meta.url).pathname;
  await build({
    root: repository,
    configFile: join(repository, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: false, sourcemap: false },
  });
  writeFileSync(join(folder, 'page.html'), PAGE);
  writeFileSync(join(folder, 'page.js'), PAGE_SCRIPT);
  writeFileSync(join(folder, 'functions.js'), FUNCTIONS_SCRIPT);
  const server = await serveFolder(folder);
  return {
    url: server.url,
    refuse: server.refuse,
    served: server.served,
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
