import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { StaticFile } from './static-files.ts';

/** Answers a GET below /api/ with something that becomes JSON. Throws {@link BadRequest} for parameters that are none. */
export type Endpoint = (query: URLSearchParams) => unknown;

export class BadRequest extends Error {}

const SECURITY_HEADERS = {
  'Content-Security-Policy': "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** The page and its JSON endpoints on one port. */
export function createGatewayServer(
  files: ReadonlyMap<string, StaticFile>,
  endpoints: Readonly<Record<string, Endpoint>>,
): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://gateway');
    const endpoint = Object.hasOwn(endpoints, url.pathname) ? endpoints[url.pathname] : undefined;
    const file = files.get(url.pathname);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendJson(response, 405, { error: `${request.method} is not allowed: this gateway is read only.` });
    } else if (endpoint !== undefined) {
      answer(response, endpoint, url.searchParams);
    } else if (file !== undefined) {
      sendFile(request, response, file);
    } else {
      sendJson(response, 404, { error: `There is nothing at ${url.pathname}.` });
    }
  });
}

function answer(response: ServerResponse, endpoint: Endpoint, query: URLSearchParams): void {
  try {
    sendJson(response, 200, endpoint(query));
  } catch (error) {
    sendJson(response, error instanceof BadRequest ? 400 : 500, { error: (error as Error).message });
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: StaticFile): void {
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'Content-Type': file.contentType,
    'Content-Length': file.body.length,
    'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}

/** A whole number at or above 0 from the query, or the default when it is absent. */
export function countParameter(query: URLSearchParams, name: string, absent: number): number {
  const text = query.get(name);
  if (text === null) return absent;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new BadRequest(`The parameter ${name} is '${text}': it must be a whole number, 0 or more.`);
  }
  return value;
}
