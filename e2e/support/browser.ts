import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/** The browser of the system: the first of chromium, chromium-browser, google-chrome on PATH. */
export function findChromium(): string {
  const directories = (process.env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  for (const name of NAMES) {
    const found = directories.map((directory) => join(directory, name)).find(isExecutable);
    if (found !== undefined) return found;
  }
  throw new Error(`none of ${NAMES.join(', ')} is on PATH; install Chromium to run the browser tests`);
}

/** A profile on disk: it outlives the browser that uses it, as a user's does. */
export interface Profile {
  launch(): Promise<BrowserContext>;
  remove(): void;
}

export function temporaryProfile(): Profile {
  const directory = mkdtempSync(join(tmpdir(), 'helios-profile-'));
  return {
    launch: () => chromium.launchPersistentContext(directory, { executablePath: findChromium(), args: ARGUMENTS }),
    // A browser that has just ended may still write to its profile.
    remove: () => rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }),
  };
}
