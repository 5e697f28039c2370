import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { openSync } from 'heliosdb-nano/node';
import type { GatewayStatus, ReadingsPage } from './api.ts';
import { machineCollector } from './collectors/machine.ts';
import { countParameter, createGatewayServer } from './http-server.ts';
import { listen } from './listen.ts';
import type { GatewayOptions } from './options.ts';
import { ReadingsStore } from './readings-store.ts';
import { nowSeconds, Recorder, SAMPLE_EVERY_MS } from './recorder.ts';
import { loadStaticFiles } from './static-files.ts';
import { loadSeattleNormals } from './weather-normals.ts';
import { WeatherReplay } from './weather-replay.ts';

const MAX_PAGE_READINGS = 50_000;
const DEFAULT_PAGE_READINGS = 5_000;

export interface RunningGateway {
  readonly url: string;
  readonly databasePath: string;
  /** Readings that the file held at the start. */
  readonly readingsBefore: number;
  /** Seconds since 1970 of the weather replayed last. */
  readonly weatherPosition: number;
  readonly machineId: string;
  recorded(): number;
  stop(): Promise<void>;
}

export function databasePath(dataFolder: string): string {
  return join(dataFolder, 'gateway.db');
}

/** Opens the database, serves the page, and records until it is stopped. */
export async function startGateway(
  options: GatewayOptions,
  pageFolder: string,
  onFailure: (error: unknown) => void,
): Promise<RunningGateway> {
  mkdirSync(options.data, { recursive: true });
  const path = databasePath(options.data);
  const store = new ReadingsStore(openSync(path, { synchronous: 'full' }));
  const replay = new WeatherReplay(loadSeattleNormals(), store.lastWeather(), nowSeconds());
  const machineId = hostname();
  const recorder = new Recorder({
    store,
    collector: machineCollector(options.data),
    replay,
    machineId,
    replayHours: options.replay,
    keepDays: options.keepDays,
    onFailure,
  });
  const server = createGatewayServer(loadStaticFiles(pageFolder), {
    '/api/status': () => statusOf(store, replay, machineId, options.replay),
    '/api/readings': (query) => readingsPage(store, query),
  });
  let port: number;
  try {
    port = await listen(server, options.host, options.port);
  } catch (error) {
    store.close();
    throw error;
  }
  const readingsBefore = store.count();
  recorder.start();
  return {
    url: `http://${options.host === '127.0.0.1' ? 'localhost' : options.host}:${port}/`,
    databasePath: path,
    readingsBefore,
    weatherPosition: replay.lastTimestamp,
    machineId,
    recorded: () => recorder.recorded,
    stop: async () => {
      recorder.stop();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      store.close();
    },
  };
}

function statusOf(store: ReadingsStore, replay: WeatherReplay, machineId: string, hours: number): GatewayStatus {
  const speed = replay.caughtUp(nowSeconds()) ? 1 : (hours * 3_600_000) / SAMPLE_EVERY_MS;
  return {
    gatewayId: store.gatewayId,
    machineId,
    sampleEveryMs: SAMPLE_EVERY_MS,
    newestId: store.newestId,
    weather: { speed, lastTimestamp: replay.lastTimestamp },
  };
}

function readingsPage(store: ReadingsStore, query: URLSearchParams): ReadingsPage {
  const after = countParameter(query, 'after', 0);
  const limit = Math.min(countParameter(query, 'limit', DEFAULT_PAGE_READINGS), MAX_PAGE_READINGS);
  const readings = store.after(after, limit, countParameter(query, 'since', 0));
  return { gatewayId: store.gatewayId, newestId: store.newestId, readings };
}
