import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { machineCollector } from '../../../demo/gateway/collectors/machine.ts';
import { rates } from '../../../demo/gateway/collectors/rates.ts';
import { BadRequest, countParameter, createGatewayServer } from '../../../demo/gateway/http-server.ts';
import { listen } from '../../../demo/gateway/listen.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, 'close');
  }
});

describe('collectors', () => {
  it('turn counters into rates, and leave out intervals in which one went back', () => {
    const counts: (number[] | null)[] = [[1000], [3000], [500], [600], null];
    const collect = rates(['x'], ['x_type'], () => counts.shift() ?? null);
    expect(collect(2)).toEqual([{ sensorId: 'x', sensorType: 'x_type', value: 1000, unit: 'B/s' }]);
    expect(collect(1)).toEqual([]);
    expect(collect(0.5)[0]!.value).toBe(200);
    expect(collect(1)).toEqual([]);
  });

  it('measure this machine: finite values, sensors that are not named twice', () => {
    const measurements = machineCollector(tmpdir())(1);
    const ids = measurements.map((measurement) => measurement.sensorId);
    expect(ids).toContain('memory');
    expect(new Set(ids).size).toBe(ids.length);
    for (const { value, unit } of measurements) {
      expect(Number.isFinite(value)).toBe(true);
      if (unit === '%') expect(value).toBeLessThanOrEqual(100);
    }
  });
});

describe('the HTTP port', () => {
  it('is the next free one when it is taken', async () => {
    const [first, second] = [createServer(), createServer()];
    servers.push(first, second);
    const port = await listen(first, '127.0.0.1', 0);
    expect(await listen(second, '127.0.0.1', port)).toBeGreaterThan(port);
  });

  it('says what is wrong with an address that this machine does not have', async () => {
    await expect(listen(createServer(), '203.0.113.1', 8080)).rejects.toThrow('no address 203.0.113.1');
  });

  it('serves files and endpoints, and nothing else', async () => {
    const page = { body: Buffer.from('<p>'), contentType: 'text/html', immutable: false };
    const server = createGatewayServer(new Map([['/', page]]), {
      '/api/echo': (query) => ({ count: countParameter(query, 'count', 7) }),
    });
    servers.push(server);
    await listen(server, '127.0.0.1', 0);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await (await fetch(`${url}/`)).text()).toBe('<p>');
    expect(await (await fetch(`${url}/api/echo?count=3`)).json()).toEqual({ count: 3 });
    expect(await (await fetch(`${url}/api/echo`)).json()).toEqual({ count: 7 });
    expect((await fetch(`${url}/api/echo?count=-1`)).status).toBe(400);
    expect((await fetch(`${url}/api/constructor`)).status).toBe(404);
    expect((await fetch(`${url}/..%2f..%2fetc/passwd`)).status).toBe(404);
    expect((await fetch(`${url}/`, { method: 'POST' })).status).toBe(405);
  });

  it('takes whole numbers only', () => {
    for (const text of ['1.5', 'x', '', '-1', '1e3', '99999999999999999999']) {
      expect(() => countParameter(new URLSearchParams({ after: text }), 'after', 0)).toThrow(BadRequest);
    }
  });
});
