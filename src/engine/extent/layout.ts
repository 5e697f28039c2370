/** A run of pages in the main file. Page numbers count from 0 at the start of the file. */
export interface Extent {
  readonly firstPage: number;
  readonly pageCount: number;
}

/**
 * Bytes between the starts of the two superblock slots: a page, but never less than the 4,096 bytes that disks write
 * as one, so that a torn write of one slot cannot reach the other.
 */
export function superblockSpacing(pageSize: number): number {
  return Math.max(pageSize, 4096);
}

/** Pages at the start of the file that belong to the superblocks. */
export function superblockPages(pageSize: number): number {
  return (2 * superblockSpacing(pageSize)) / pageSize;
}

export function pagesFor(lengthBytes: number, pageSize: number): number {
  return Math.ceil(lengthBytes / pageSize);
}
