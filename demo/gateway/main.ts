import { fileURLToPath } from 'node:url';
import { type RunningGateway, startGateway } from './gateway.ts';
import { runImport } from './import-command.ts';
import { parseOptions } from './options.ts';

/** Runs `npm start`. Resolves when the gateway is up (it goes on until Ctrl-C), or when the import is done. */
export async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  try {
    if (options.import !== undefined && options.table !== undefined) {
      await runImport(options.data, options.import, options.table);
      return;
    }
    const page = fileURLToPath(new URL('../kiosk/', import.meta.url));
    const gateway = await startGateway(options, page, fail);
    printWelcome(gateway, options.replay);
    stopOnSignals(gateway);
  } catch (error) {
    fail(error);
  }
}

function printWelcome(gateway: RunningGateway, replayHours: number): void {
  const weatherDay = new Date(gateway.weatherPosition * 1000).toISOString().slice(0, 10);
  const count = gateway.readingsBefore.toLocaleString('en');
  console.log(`
  HeliosDB Nano: a small building

  Page      ${gateway.url}
  Records   this machine (${gateway.machineId}) every 250 ms: processors, load, memory, disk, network, temperatures
            and a typical year of Seattle weather: ${replayHours} h every 250 ms, now at ${weatherDay}, until it reaches today
  Database  ${gateway.databasePath}, ${count} readings so far
  Stop      Ctrl-C; the next start goes on where this one was
`);
}

function stopOnSignals(gateway: RunningGateway): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(130);
    stopping = true;
    await gateway.stop();
    console.log(`\n  Stopped. ${gateway.recorded().toLocaleString('en')} readings were recorded in this run.`);
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function fail(error: unknown): void {
  const { message, hint } = error as { message?: string; hint?: string };
  console.error(`\n  ${message ?? String(error)}`);
  if (hint !== undefined) console.error(`  ${hint}`);
  process.exit(1);
}
