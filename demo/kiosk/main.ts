import { byId, setText } from './elements.ts';
import { Feed, type FeedState, fetchStatus } from './feed.ts';
import { formatDay, formatTime } from './format.ts';
import { KEEP_SECONDS, LocalDatabase } from './local-database.ts';
import { showNotice, showOpenError } from './notice.ts';
import { registerOfflinePage } from './offline-page.ts';
import { alarmsPanel } from './panels/alarms.ts';
import { changesPanel } from './panels/changes.ts';
import { setUpConsole } from './panels/console.ts';
import { hoursPanel } from './panels/hours.ts';
import { latestPanel } from './panels/latest.ts';
import { limitsPanel } from './panels/limits.ts';
import type { PanelContext } from './panels/panel.ts';
import { machineTiles, outdoorTile } from './panels/tiles.ts';
import { yearPanel } from './panels/year.ts';
import { Refresher } from './refresher.ts';
import { setUpStatusBar, showConnection } from './status-bar.ts';
import { setUpTheme } from './theme.ts';
import { TimeLine } from './time-line.ts';

/** The gateway whose readings this browser holds: known here too when the gateway does not answer. */
const GATEWAY_KEY = 'gateway';
const FORGET_EVERY_MS = 10_000;
const REPLAY_EVERY_MS = 5_000;

setUpTheme();
setUpClock();
registerOfflinePage();
await start();

async function start(): Promise<void> {
  const gatewayId = await findGateway();
  if (gatewayId === null) {
    showNotice(
      'No gateway, and nothing stored yet',
      'The gateway does not answer, and this browser holds no readings of it.',
      'Start it with npm start.',
    );
    return;
  }
  let local: LocalDatabase;
  try {
    local = await LocalDatabase.open(`kiosk-${gatewayId.slice(0, 8)}`);
  } catch (error) {
    showOpenError(error);
    return;
  }
  await runWall(local, gatewayId);
}

async function findGateway(): Promise<string | null> {
  try {
    const { gatewayId } = await fetchStatus();
    localStorage.setItem(GATEWAY_KEY, gatewayId);
    return gatewayId;
  } catch {
    return localStorage.getItem(GATEWAY_KEY); // Not there now: the readings of last time are.
  }
}

async function runWall(local: LocalDatabase, gatewayId: string): Promise<void> {
  byId('wall').hidden = false;
  let state: FeedState = { kind: 'unreachable', since: null };
  const showState = (): void => showConnection(state, local.machine?.lastTimestamp ?? null);
  const failed = (error: unknown): void => showOpenError(error);
  const context = (): PanelContext | null => {
    const { machine } = local;
    if (machine === null) return null;
    setText(byId('place'), `Building ${machine.id}`);
    const { instant } = timeLine;
    if (instant !== null) return { local: local.readerAt(instant), machineId: machine.id, end: instant, isPast: true };
    const end = state.kind === 'live' ? now() : machine.lastTimestamp;
    return { local, machineId: machine.id, end, isPast: false };
  };
  const timeLine = await TimeLine.over(local, () => {
    refresher.hurry();
    void showReplay(timeLine);
  });
  const feed = new Feed(local, gatewayId, onState, failed);
  const refresher: Refresher = new Refresher(
    [
      machineTiles(),
      outdoorTile(),
      yearPanel(),
      alarmsPanel(),
      hoursPanel(() => refresher.hurry()),
      latestPanel(),
      limitsPanel(local, () => refresher.hurry()),
      changesPanel(local, timeLine, () => refresher.hurry()),
    ],
    context,
    (error) => showConsoleError(error),
  );
  function onState(next: FeedState): void {
    state = next;
    showState();
    if (next.kind === 'replaced') location.reload();
  }
  setUpStatusBar(local);
  setUpConsole(local, timeLine);
  feed.start();
  refresher.start();
  setInterval(() => void forgetOld(local), FORGET_EVERY_MS);
  void showReplay(timeLine);
  setInterval(() => void showReplay(timeLine), REPLAY_EVERY_MS);
}

/** A query of the wall failed: say so where timings are, and keep the rest running. */
function showConsoleError(error: unknown): void {
  setText(byId('status-query'), (error as Error).message);
}

async function forgetOld(local: LocalDatabase): Promise<void> {
  if (local.machine !== null) await local.forgetSlice(local.machine.id, now() - KEEP_SECONDS);
}

/** What the replayed weather is, and how fast it runs: now, so not beside what is shown of the past. */
async function showReplay(timeLine: TimeLine): Promise<void> {
  const what = 'A typical Seattle year';
  if (timeLine.instant !== null) {
    setText(byId('replay-note'), what);
    return;
  }
  try {
    const { weather } = await fetchStatus();
    const pace =
      weather.speed === 1
        ? 'caught up with the clock'
        : `replayed ×${weather.speed.toLocaleString('en')}, at ${formatDay(weather.lastTimestamp)}`;
    setText(byId('replay-note'), `${what} · ${pace}`);
  } catch {
    setText(byId('replay-note'), what); // The connection line says that the gateway is away.
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

function setUpClock(): void {
  const clock = byId('clock');
  const show = (): void => setText(clock, formatTime(Date.now() / 1000));
  show();
  setInterval(show, 1000);
}
