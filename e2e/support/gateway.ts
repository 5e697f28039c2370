import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const START = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));
/** The first start builds the library and the demo. */
const START_TIMEOUT_MS = 120_000;

/** A gateway of the demo, as `npm start` runs it, in a process of its own. */
export interface GatewayProcess {
  readonly url: string;
  /** Everything that it has printed. */
  output(): string;
  /** Ends it with a signal, and waits for the end. Returns its exit code; null when the signal ended it. */
  end(signal: 'SIGKILL' | 'SIGINT'): Promise<number | null>;
}

export async function startGateway(dataFolder: string, port: number, options: string[] = []): Promise<GatewayProcess> {
  const args = [START, '--data', dataFolder, '--port', String(port), ...options];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(String(chunk)));
  const ended = once(child, 'exit');
  const url = await pageUrl(child, printed);
  return {
    url,
    output: () => printed.join(''),
    async end(signal) {
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}

function pageUrl(child: ChildProcess, printed: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      child.kill('SIGKILL');
      reject(new Error(`the gateway did not start: ${why}\n${printed.join('')}`));
    };
    const timer = setTimeout(() => fail('it printed no address'), START_TIMEOUT_MS);
    const died = (code: number | null): void => fail(`it ended with code ${code}`);
    child.once('exit', died);
    child.stdout!.on('data', () => {
      const url = /http:\/\/\S+/.exec(printed.join(''))?.[0];
      if (url === undefined) return;
      clearTimeout(timer);
      child.off('exit', died);
      resolve(url);
    });
  });
}

/** A port that nobody listens on, so that a gateway can come back to the address that it had. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
