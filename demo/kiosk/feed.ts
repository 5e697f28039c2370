import type { GatewayStatus, ReadingsPage } from '../gateway/api.ts';
import { KEEP_SECONDS, type LocalDatabase } from './local-database.ts';

const POLL_EVERY_MS = 500;
const RETRY_EVERY_MS = 2_000;
const REQUEST_TIMEOUT_MS = 5_000;
const PAGE_READINGS = 20_000;

export type FeedState =
  | { readonly kind: 'live' }
  | { readonly kind: 'catching up'; readonly missing: number }
  /** `since`: seconds since 1970; null when the gateway never answered this page. */
  | { readonly kind: 'unreachable'; readonly since: number | null }
  /** The gateway at this address has another database file now. */
  | { readonly kind: 'replaced' };

export async function fetchStatus(): Promise<GatewayStatus> {
  return fetchJson<GatewayStatus>('/api/status');
}

/** Pulls what the gateway recorded after the newest reading of this tab, and goes on from there for ever. */
export class Feed {
  private readonly local: LocalDatabase;
  private readonly gatewayId: string;
  private readonly onState: (state: FeedState) => void;
  private readonly onError: (error: unknown) => void;
  private lastContact: number | null = null;
  private unreachableSince: number | null = null;

  constructor(
    local: LocalDatabase,
    gatewayId: string,
    onState: (state: FeedState) => void,
    onError: (error: unknown) => void,
  ) {
    this.local = local;
    this.gatewayId = gatewayId;
    this.onState = onState;
    this.onError = onError;
  }

  start(): void {
    void this.step();
  }

  private async step(): Promise<void> {
    let waitMs = POLL_EVERY_MS;
    let page: ReadingsPage | null = null;
    try {
      page = await this.pull();
    } catch {
      // Stopped, restarting or unplugged: the page shows what it has, and tries again.
      this.unreachableSince ??= this.lastContact;
      this.onState({ kind: 'unreachable', since: this.unreachableSince });
      waitMs = RETRY_EVERY_MS;
    }
    try {
      if (page !== null && !(await this.take(page))) return;
    } catch (error) {
      this.onError(error); // The local database failed: nothing after this would be whole.
      return;
    }
    const behind = page !== null && this.local.newestId < page.newestId;
    setTimeout(() => void this.step(), behind && page!.readings.id.length > 0 ? 0 : waitMs);
  }

  private pull(): Promise<ReadingsPage> {
    const since = Math.floor(Date.now() / 1000) - KEEP_SECONDS;
    return fetchJson<ReadingsPage>(`/api/readings?after=${this.local.newestId}&limit=${PAGE_READINGS}&since=${since}`);
  }

  private async take(page: ReadingsPage): Promise<boolean> {
    if (page.gatewayId !== this.gatewayId) {
      this.onState({ kind: 'replaced' });
      return false;
    }
    await this.local.add(page.readings);
    this.lastContact = Math.floor(Date.now() / 1000);
    this.unreachableSince = null;
    const missing = page.newestId - this.local.newestId;
    this.onState(missing > PAGE_READINGS / 10 ? { kind: 'catching up', missing } : { kind: 'live' });
    return true;
  }
}

async function fetchJson<T>(url: string): Promise<T> {
  const response = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await response.json()) as T;
}
