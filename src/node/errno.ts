import { HeliosError } from '../base/errors.ts';

export function hasErrno(error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied; check the owner and the mode of the file and of its directory',
  EPERM: 'not permitted; check the owner and the mode of the file and of its directory',
  EROFS: 'the file system is read-only; open with readOnly',
  EISDIR: 'it is a directory; name a file',
  ENOTDIR: 'a part of the path is not a directory',
  EMFILE: 'the process has too many open files; raise its limit (ulimit -n) or close some',
  ENFILE: 'the system has too many open files',
  ENAMETOOLONG: 'the name is too long for the file system',
  ELOOP: 'too many symbolic links',
  EFBIG: 'the file would be larger than the file system or the process limit allows',
  EIO: 'the device reports an error',
  ERR_INVALID_ARG_VALUE: 'the path contains a null character',
};

/** Our error for what Node's fs threw. `doing` is a verb phrase: "write to". Messages begin with the path. */
export function storageError(error: unknown, path: string, doing: string): HeliosError {
  if (error instanceof HeliosError) return error;
  if (hasErrno(error, 'ENOSPC', 'EDQUOT')) {
    return new HeliosError('DISK_FULL', `${path}: cannot ${doing} the file: no space left; free some and try again`, {
      cause: error,
    });
  }
  if (hasErrno(error, 'ENOENT')) {
    return new HeliosError(
      'FILE_NOT_FOUND',
      `${path}: cannot ${doing} the file: there is no such file, or its directory does not exist`,
      {
        cause: error,
      },
    );
  }
  const code = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
  return new HeliosError('IO', `${path}: cannot ${doing} the file: ${REASONS[code] ?? code}`, { cause: error });
}
