/// <reference lib="webworker" />
/**
 * Keeps the page's files (not the readings: those are in the page's own database), so that the kiosk starts without
 * its gateway. The build writes the list of files; a new build has a new list, and with it a new cache.
 */
declare const __PAGE_FILES__: readonly string[];
declare const __PAGE_VERSION__: string;

const worker = self as unknown as ServiceWorkerGlobalScope;
const CACHE = `kiosk-page-${__PAGE_VERSION__}`;

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(['/', ...__PAGE_FILES__]))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(removeOldCaches().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin || url.pathname.startsWith('/api/')) return;
  // The page itself comes from the gateway while it is there: that is how a new version arrives.
  event.respondWith(event.request.mode === 'navigate' ? networkFirst(event.request) : cacheFirst(event.request));
});

async function removeOldCaches(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

async function networkFirst(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match('/')) ?? Response.error();
  }
}

async function cacheFirst(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}
