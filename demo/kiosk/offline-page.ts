/** Registers the service worker that keeps the page's own files, so that a reload works while the gateway is down. */
export function registerOfflinePage(): void {
  // In development Vite serves the files, and there is no list of them to keep.
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  void navigator.serviceWorker.register('./service-worker.js');
}
