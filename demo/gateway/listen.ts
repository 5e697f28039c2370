import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const PORTS_TO_TRY = 20;

/** Listens on `port`, or on the next free one above it. Returns the port. Errors say what to change. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  const last = port === 0 ? 0 : Math.min(port + PORTS_TO_TRY - 1, 65_535);
  for (let candidate = port; candidate <= last; candidate++) {
    try {
      return await listenOn(server, host, candidate);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE') continue;
      if (code === 'EACCES') throw new Error(`Port ${candidate} needs rights that this user lacks: try --port 8080.`);
      if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
        throw new Error(
          `This machine has no address ${host}: try --host 127.0.0.1, or 0.0.0.0 for all of its addresses.`,
        );
      }
      throw new Error(`The gateway cannot listen on ${host}:${candidate}: ${message}.`);
    }
  }
  throw new Error(`The ports ${port} to ${last} are all in use: choose another with --port.`);
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
