import { assert } from '../../base/assert.ts';
import { HeliosError } from '../../base/errors.ts';
import type { Extent } from './layout.ts';

/**
 * Hands out runs of pages of the main file: first fit over the free list, growth at the end. Nothing of it is stored:
 * the free list is whatever the extents in use leave over.
 *
 * What is freed stays pending until release(), which the caller calls once the superblock that no longer names those
 * extents is durable: a crash before would otherwise find them overwritten.
 */
export class ExtentAllocator {
  private readonly reservedPages: number;
  /** Ascending, never adjacent, never touching the end. */
  private unused: Extent[];
  private pending: Extent[] = [];
  private end: number;
  /** The pages that the file may come to. */
  private maxPages = Number.POSITIVE_INFINITY;

  private constructor(reservedPages: number, free: Extent[], end: number) {
    this.reservedPages = reservedPages;
    this.unused = free;
    this.end = end;
  }

  /** The allocator of a file in which `used` is in use. Throws CORRUPT where extents overlap or cannot be. */
  static open(fileName: string, reservedPages: number, used: readonly Extent[]): ExtentAllocator {
    const sorted = [...used].sort((a, b) => a.firstPage - b.firstPage);
    const free: Extent[] = [];
    let end = reservedPages;
    for (const extent of sorted) {
      if (!isExtent(extent) || extent.firstPage < end) {
        const pages = `pages ${extent.firstPage} to ${extent.firstPage + extent.pageCount - 1}`;
        throw new HeliosError('CORRUPT', `${fileName}: ${pages} are claimed twice or belong to the superblocks`);
      }
      if (extent.firstPage > end) free.push({ firstPage: end, pageCount: extent.firstPage - end });
      end = extent.firstPage + extent.pageCount;
    }
    return new ExtentAllocator(reservedPages, free, end);
  }

  allocate(pageCount: number): Extent {
    return this.allocateInGap(pageCount) ?? this.allocateAtEnd(pageCount);
  }

  /** Null where no gap between the extents in use is large enough. */
  allocateInGap(pageCount: number): Extent | null {
    assert(Number.isSafeInteger(pageCount) && pageCount > 0, 'an extent has at least one page');
    for (let i = 0; i < this.unused.length; i++) {
      const { firstPage, pageCount: available } = this.unused[i];
      if (available < pageCount) continue;
      if (available === pageCount) this.unused.splice(i, 1);
      else this.unused[i] = { firstPage: firstPage + pageCount, pageCount: available - pageCount };
      return { firstPage, pageCount };
    }
    return null;
  }

  /** Throws DATABASE_FULL beyond the pages that the file may come to. */
  allocateAtEnd(pageCount: number): Extent {
    if (pageCount > this.growthPages) {
      const message = `no room for ${pageCount} pages: the file may come to ${this.maxPages}, and none of its gaps is large enough`;
      throw new HeliosError('DATABASE_FULL', message, { hint: 'Open the database with a larger maxDbSizeMb.' });
    }
    const extent = { firstPage: this.end, pageCount };
    this.end += pageCount;
    return extent;
  }

  limitTo(pages: number): void {
    this.maxPages = pages;
  }

  /** The pages by which the file may still grow. */
  get growthPages(): number {
    return Math.max(0, this.maxPages - this.end);
  }

  /** Gives up an extent that a durable superblock still names: reusable after release(). */
  free(extent: Extent): void {
    this.assertInUse(extent);
    this.pending.push(extent);
  }

  /** Gives up an extent that no superblock has ever named: reusable at once. */
  giveBack(extent: Extent): void {
    this.assertInUse(extent);
    this.insert(extent);
  }

  /** Makes what was freed reusable: call when the superblock that no longer names it is durable. */
  release(): void {
    const released = this.pending;
    this.pending = [];
    for (const extent of released) this.insert(extent);
  }

  /** The pages from the start of the file that may be in use: the file may be cut to them after release(). */
  get endPage(): number {
    return this.end;
  }

  /** Where the first free extent starts; null where the pages before the end are all in use or pending. */
  get firstFreePage(): number | null {
    return this.unused[0]?.firstPage ?? null;
  }

  /** The free extents before the end. */
  freeExtents(): readonly Extent[] {
    return this.unused;
  }

  get largestGapPages(): number {
    return this.unused.reduce((largest, { pageCount }) => Math.max(largest, pageCount), 0);
  }

  get freePages(): number {
    return countPages(this.unused);
  }

  get pendingPages(): number {
    return countPages(this.pending);
  }

  /** Adds a free extent and joins it with its neighbours; free pages at the end leave the list and lower the end. */
  private insert(extent: Extent): void {
    const list = this.unused;
    let at = list.length;
    while (at > 0 && list[at - 1].firstPage > extent.firstPage) at--;
    let { firstPage, pageCount } = extent;
    let replaced = 0;
    if (at < list.length && firstPage + pageCount === list[at].firstPage) {
      pageCount += list[at].pageCount;
      replaced++;
    }
    const before = at > 0 ? list[at - 1] : null;
    if (before !== null && before.firstPage + before.pageCount === firstPage) {
      firstPage = before.firstPage;
      pageCount += before.pageCount;
      replaced++;
      at--;
    }
    list.splice(at, replaced, { firstPage, pageCount });
    if (firstPage + pageCount === this.end) {
      this.end = firstPage;
      list.pop();
    }
  }

  private assertInUse(extent: Extent): void {
    assert(isExtent(extent) && extent.firstPage >= this.reservedPages, 'an extent that cannot be is freed');
    assert(extent.firstPage + extent.pageCount <= this.end, 'an extent beyond the end is freed');
    assert(!overlapsAny(extent, this.unused) && !overlapsAny(extent, this.pending), 'an extent is freed twice');
  }
}

function isExtent(extent: Extent): boolean {
  return (
    Number.isSafeInteger(extent.firstPage) &&
    Number.isSafeInteger(extent.pageCount) &&
    extent.firstPage >= 0 &&
    extent.pageCount > 0
  );
}

function overlapsAny(extent: Extent, others: readonly Extent[]): boolean {
  const end = extent.firstPage + extent.pageCount;
  return others.some((other) => other.firstPage < end && extent.firstPage < other.firstPage + other.pageCount);
}

function countPages(extents: readonly Extent[]): number {
  let pages = 0;
  for (const extent of extents) pages += extent.pageCount;
  return pages;
}
