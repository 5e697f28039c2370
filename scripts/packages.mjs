import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether node_modules holds what package-lock.json asks for. By content and not by age: checking out a branch gives the
 * lock a new date, and a needless `npm ci` would take the packages away under everything that runs.
 */
export function packagesAreInstalled(root) {
  const installedPath = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedPath)) return false;
  const installed = JSON.parse(readFileSync(installedPath, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    // Optional packages are those of other platforms.
    return installed[path] === undefined ? optional === true : installed[path].version === version;
  });
}
