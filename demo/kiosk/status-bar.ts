import { byId, setText } from './elements.ts';
import type { FeedState } from './feed.ts';
import { formatBytes, formatCount, formatDuration, formatMoment } from './format.ts';
import type { LocalDatabase, QueryTiming } from './local-database.ts';

const SIZE_EVERY_MS = 5_000;
const TIMING_EVERY_MS = 1_000;
const KIND_NAMES = { opfs: 'OPFS', indexeddb: 'IndexedDB', memory: 'Memory only', file: 'File' } as const;

/** The discreet line at the bottom: where the data is, how much, and how long the slowest query of the last second took. */
export function setUpStatusBar(local: LocalDatabase): void {
  const { kind, reason } = local.database.storage;
  setText(byId('status-storage'), kind === 'opfs' ? 'Stored in this browser (OPFS)' : KIND_NAMES[kind]);
  if (reason !== undefined) byId('status-storage').title = reason;
  let slowest: QueryTiming | null = null;
  local.onTiming = (timing) => {
    if (slowest === null || timing.milliseconds > slowest.milliseconds) slowest = timing;
  };
  setInterval(() => {
    setText(byId('status-rows'), `${formatCount(local.rowCount)} readings`);
    if (slowest === null) return;
    const rows = formatCount(slowest.rowsInTab);
    setText(
      byId('status-query'),
      `slowest query ${formatDuration(slowest.milliseconds)} over ${rows} rows in this tab`,
    );
    slowest = null;
  }, TIMING_EVERY_MS);
  const showSize = async (): Promise<void> => {
    const { mainBytes, walBytes } = await local.database.stats();
    setText(byId('status-size'), formatBytes(mainBytes + walBytes));
  };
  void showSize();
  setInterval(() => void showSize(), SIZE_EVERY_MS);
}

/** The line below the title: whether the gateway answers, and if not, since when. */
export function showConnection(state: FeedState, newestReading: number | null): void {
  const root = byId('connection');
  root.dataset.state = state.kind.replace(' ', '-');
  setText(byId('connection-text'), connectionText(state, newestReading));
}

function connectionText(state: FeedState, newestReading: number | null): string {
  const now = Math.floor(Date.now() / 1000);
  switch (state.kind) {
    case 'live':
      return 'Live';
    case 'catching up':
      return `Catching up: ${formatCount(state.missing)} readings to go`;
    case 'replaced':
      return 'The gateway has a new database: reloading';
    case 'unreachable': {
      const since = state.since ?? newestReading;
      const when = since === null ? '' : ` since ${formatMoment(since, now)}`;
      return `Gateway unreachable${when}: showing this tab's data`;
    }
  }
}
