import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { HeliosError } from '../base/errors.ts';
import { hasErrno, storageError } from './errno.ts';

/*
 * The lock between processes, without flock (Node has none).
 *
 * `name-lock` is a directory of claims. Each owner creates a claim file whose name says who it is, and only then lists
 * the directory. Whoever finds the claim of another live owner that excludes it takes its own claim back and tries
 * again or gives up. Of two owners that claim at the same time at least one therefore sees the other, so two can never
 * both go ahead; both may retreat, hence the retries, with a random pause.
 *
 * After SIGKILL or a power failure a claim stays behind. Anybody may delete the claim of an owner that is proven dead:
 * a claim's name is used once (process, its start time, boot, 64 random bits), so a slow cleaner can never delete a
 * claim that was made later. That is what a single lock file cannot offer: there, between the finding that the lock is
 * stale and its removal, somebody else may have replaced it.
 *
 * Everything is in the claim's name, so a claim is never half written. An owner that cannot be proven dead counts as alive:
 * another machine on a network file system, another process namespace (container) on the same kernel. A claim then has
 * to be removed by hand, and the error says so.
 */
const ATTEMPTS = 6;
const LONGEST_PAUSE_MS = 12;
/** Somebody removing the directory just then, again and again, is no longer chance. */
const CREATE_ATTEMPTS = 100;
const UNKNOWN = '0';

type ClaimKind = 'writer' | 'reader';

interface Owner {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot, or '0' where /proc is missing. */
  readonly started: string;
  /** Inode of the process namespace: a pid means nothing outside of it. */
  readonly namespace: string;
  readonly boot: string;
  readonly host: string;
}

/** What /proc says, or '0' on systems without it: the owner is then known by its pid alone. */
function procText(read: () => string): string {
  try {
    return read().trim() || UNKNOWN;
  } catch (error) {
    if (error instanceof Error) return UNKNOWN;
    throw error;
  }
}

/** State letter and start time (fields 3 and 22) of a process. The name, field 2, may hold spaces and parentheses. */
function processStat(pid: number): { readonly state: string; readonly started: string } | null {
  const stat = procText(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === UNKNOWN) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0], started: fields[19] };
}

function currentOwner(): Owner {
  return {
    pid: process.pid,
    started: processStat(process.pid)?.started ?? UNKNOWN,
    namespace: procText(() => readlinkSync('/proc/self/ns/pid')).replace(/\D/g, '') || UNKNOWN,
    boot: procText(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')).replaceAll('-', ''),
    host: createHash('sha256').update(hostname()).digest('hex').slice(0, 16),
  };
}

function claimName(kind: ClaimKind, owner: Owner): string {
  const once = randomBytes(8).toString('hex');
  return [kind, owner.pid, owner.started, owner.namespace, owner.boot, owner.host, once].join('.');
}

/** Null for files that are no claims: nobody's business, and no obstacle. */
function parseClaim(fileName: string): { readonly kind: ClaimKind; readonly owner: Owner } | null {
  const match = /^(writer|reader)\.(\d+)\.(\d+)\.(\d+)\.([0-9a-f]+)\.([0-9a-f]{16})\.[0-9a-f]{16}$/.exec(fileName);
  if (match === null) return null;
  const [, kind, pid, started, namespace, boot, host] = match;
  return { kind: kind as ClaimKind, owner: { pid: Number(pid), started, namespace, boot, host } };
}

/** True only when the owner certainly runs no more. */
function isDead(owner: Owner, self: Owner): boolean {
  if (owner.host !== self.host) return false;
  if (owner.boot !== self.boot) return true;
  if (owner.namespace !== self.namespace) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (hasErrno(error, 'ESRCH')) return true;
  }
  const stat = processStat(owner.pid);
  if (stat === null || owner.started === UNKNOWN) return false;
  if (stat.started !== owner.started) return true;
  // A killed process that its parent has not collected yet: dead once its last thread, which may still finish a write, has gone.
  return stat.state === 'Z' && threadCount(owner.pid) <= 1;
}

function threadCount(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ESRCH')) return 0;
    return Number.POSITIVE_INFINITY;
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw storageError(error, path, 'remove the lock of');
  }
}

/** Creates the claim, and the directory when the last owner has just removed it. */
function createClaim(directory: string, claim: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      mkdirSync(directory);
    } catch (error) {
      if (!hasErrno(error, 'EEXIST')) throw error;
    }
    try {
      closeSync(openSync(join(directory, claim), 'wx'));
      return;
    } catch (error) {
      if (!hasErrno(error, 'ENOENT') || attempt === CREATE_ATTEMPTS) throw error;
    }
  }
}

/** A live claim that excludes ours, or null. Removes the claims of the dead on its way. */
function findRival(directory: string, ownClaim: string, kind: ClaimKind, self: Owner): string | null {
  for (const fileName of readdirSync(directory)) {
    const claim = parseClaim(fileName);
    if (claim === null || fileName === ownClaim) continue;
    if (isDead(claim.owner, self)) unlinkIfThere(join(directory, fileName));
    else if (kind === 'writer' || claim.kind === 'writer') return fileName;
  }
  return null;
}

function lockedError(path: string, directory: string, rival: string, self: Owner): HeliosError {
  const claim = parseClaim(rival);
  const pid = claim?.owner.pid;
  const near = claim?.owner.host === self.host && claim.owner.namespace === self.namespace;
  const who = near
    ? pid === self.pid
      ? 'this process'
      : `process ${pid}`
    : `process ${pid} of another machine or container`;
  const doing = claim?.kind === 'writer' ? 'has it open' : 'has it open for reading';
  const message = `${path}: ${who} ${doing}; close it there first`;
  if (near && pid === self.pid) return new HeliosError('LOCKED', message);
  const hint = `If that process is certainly gone, delete ${join(directory, rival)}.`;
  return new HeliosError('LOCKED', message, { hint });
}

function pauseMs(duration: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, duration);
}

function releaseClaim(directory: string, claim: string): void {
  unlinkIfThere(join(directory, claim));
  try {
    rmdirSync(directory);
  } catch (error) {
    // Others hold claims, or have just removed the directory themselves.
    if (!hasErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT', 'EPERM', 'EBUSY'))
      throw storageError(error, directory, 'remove');
  }
}

/**
 * Locks the database at `path` (resolved, so that two names of one file meet in one lock) for one writer or for one of
 * many readers. Returns the function that unlocks. Throws LOCKED.
 *
 * On a read-only file system a reader needs no claim: nobody can write there.
 */
export function lockDatabase(path: string, kind: ClaimKind): () => void {
  const directory = `${path}-lock`;
  const self = currentOwner();
  const claim = claimName(kind, self);
  for (let attempt = 1; ; attempt++) {
    try {
      createClaim(directory, claim);
    } catch (error) {
      if (kind === 'reader' && hasErrno(error, 'EROFS')) return () => undefined;
      throw storageError(error, directory, 'lock');
    }
    const rival = findRival(directory, claim, kind, self);
    if (rival === null) {
      let held = true;
      return () => {
        if (held) releaseClaim(directory, claim);
        held = false;
      };
    }
    releaseClaim(directory, claim);
    if (attempt === ATTEMPTS) throw lockedError(path, directory, rival, self);
    pauseMs(1 + Math.random() * (LONGEST_PAUSE_MS - 1));
  }
}
