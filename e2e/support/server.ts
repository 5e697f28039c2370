import { createServer } from 'vite';

export interface TestServer {
  /** With a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the repository through Vite, so that pages and workers load the sources as they are. */
export async function serveRepository(): Promise<TestServer> {
  const server = await createServer({
    configFile: false,
    root: new URL('../..', import.meta.url).pathname,
    cacheDir: 'node_modules/.vite-e2e',
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (address === null || address === undefined || typeof address === 'string')
    throw new Error('the server has no port');
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}
