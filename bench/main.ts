import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { OpenBench } from './bench.ts';
import { measure } from './measure.ts';
import { betterSqlite3 } from './peers/better-sqlite3.ts';
import { DuckDb } from './peers/duckdb.ts';
import { heliosdbFile, heliosdbMemory } from './peers/heliosdb.ts';
import type { Peer } from './peers/peer.ts';
import { loadSqliteWasm } from './peers/sqlite-wasm.ts';
import { type Figure, figuresOf, figureTable, machineFacts, type Report, type Size, sizeTable } from './report.ts';
import { openTimes, residentMemory, workerSize } from './sizes.ts';
import { aggregates } from './work/aggregates.ts';
import { commits } from './work/commits.ts';
import { heavy } from './work/heavy.ts';
import { inserts } from './work/inserts.ts';
import { reads } from './work/reads.ts';
import { tpch } from './work/tpch.ts';
import type { WorkItem } from './work/work.ts';

const ITEMS: readonly WorkItem[] = [...inserts, ...reads, ...aggregates, ...tpch, ...commits, ...heavy];
const BYTES_PER_READING_GOAL = 8;

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string' },
    only: { type: 'string', multiple: true },
    peers: { type: 'string', multiple: true },
    turns: { type: 'string' },
    each: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const USAGE = `npm run bench -- [options]

  --rows N       readings in the tables (1000000; 200000 with --quick)
  --turns N      counted runs of each contender (5; 3 with --quick), after one that warms up
  --only NAME    this piece of work only; may be repeated: ${ITEMS.map((item) => item.name).join(', ')}, sizes
  --each         also each query alone of the work that --only names, where it has several
  --peers NAME   contenders whose names begin so; may be repeated
  --quick        fewer rows and turns
`;

async function main(): Promise<void> {
  const rowCount = count('rows', options.rows, options.quick ? 200_000 : 1_000_000);
  const turns = count('turns', options.turns, options.quick ? 3 : 5);
  const wanted = (name: string): boolean => options.only?.includes(name) ?? true;
  const unknown = options.only?.filter((name) => name !== 'sizes' && !ITEMS.some((item) => item.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`there is no work called ${unknown.join(', ')}\n\n${USAGE}`);

  const bench = new OpenBench(await contenders(), isWanted(DuckDb.peerName), rowCount, options.quick);
  try {
    const figures: Figure[] = [];
    for (const item of ITEMS.filter(isAsked)) {
      const found = figuresOf(item, await measure(await item.contenders(bench), turns, 1));
      figures.push(...found);
      process.stdout.write(`${figureTable(found)}\n`);
    }
    const sizes = wanted('sizes') ? countSizes(bench) : [];
    publish({ at: new Date().toISOString(), machine: machineFacts(), rows: rowCount, turns, figures, sizes });
  } finally {
    bench.close();
  }
}

function isAsked({ name, onDemand = false }: WorkItem): boolean {
  const { only, each } = options;
  if (only === undefined) return !onDemand;
  return only.includes(name) || (each && onDemand && only.some((work) => name.startsWith(`${work}-`)));
}

async function contenders(): Promise<readonly Peer[]> {
  const all = [heliosdbFile, betterSqlite3, heliosdbMemory, await loadSqliteWasm()];
  const names = [...all.map(({ name }) => name), DuckDb.peerName];
  const unknown = options.peers?.find((prefix) => !names.some((name) => name.startsWith(prefix)));
  if (unknown !== undefined) throw new Error(`no contender is called ${unknown}: ${names.join(', ')}`);
  return all.filter(({ name }) => isWanted(name));
}

function isWanted(peer: string): boolean {
  return options.peers?.some((prefix) => peer.startsWith(prefix)) ?? true;
}

function countSizes(bench: OpenBench): readonly Size[] {
  const onDisk = [...bench.bytesPerRow].map(([contender, value]): Size => {
    const judged = contender.startsWith('heliosdb') && contender.endsWith('3 indexes');
    return { what: 'file', contender, value, unit: 'bytes/row', goal: judged ? BYTES_PER_READING_GOAL : null };
  });
  const files = bench.peers.filter(({ medium }) => medium === 'file').map(({ name }) => name);
  return [...onDisk, ...workerSize(), ...openTimes(files), ...residentMemory(files, bench.rowCount)];
}

function publish(report: Report): void {
  const path = join(dirname(fileURLToPath(import.meta.url)), 'results', 'latest.json');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  const { processor, cores, node } = report.machine;
  process.stdout.write(`\n${report.rows} rows, ${report.turns} turns; ${processor}, ${cores} cores, Node ${node}\n`);
  if (report.figures.length > 0) process.stdout.write(`${figureTable(report.figures)}\n`);
  if (report.sizes.length > 0) process.stdout.write(`${sizeTable(report.sizes)}\n`);
}

function count(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text.replaceAll('_', ''));
  if (!Number.isSafeInteger(value) || value <= 0) throw new Error(`--${name} takes a number above 0, not ${text}`);
  return value;
}

if (options.help) process.stdout.write(USAGE);
else await main();
