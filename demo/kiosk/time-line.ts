import { byId, setText } from './elements.ts';
import { formatInstant } from './format.ts';
import { KEEP_SECONDS, type LocalDatabase } from './local-database.ts';

const STRETCH_EVERY_MS = 1_000;

/** Chooses the instant that the wall shows: the present, or one of the last day, as far back as the tab remembers. */
export class TimeLine {
  /** Seconds since 1970; null for the present. */
  instant: number | null = null;
  /** The first second that can be shown. */
  oldest: number;
  private readonly changed: () => void;
  private readonly slider = byId<HTMLInputElement>('instant');
  private readonly nowButton = byId<HTMLButtonElement>('instant-now');

  private constructor(oldest: number, changed: () => void) {
    this.oldest = oldest;
    this.changed = changed;
    this.slider.addEventListener('input', () => this.choose(this.slider.valueAsNumber));
    this.nowButton.addEventListener('click', () => this.choose(now()));
    this.slider.disabled = false;
    this.stretch();
    setInterval(() => this.stretch(), STRETCH_EVERY_MS);
  }

  static async over(local: LocalDatabase, changed: () => void): Promise<TimeLine> {
    return new TimeLine(await local.oldestSecond(), changed);
  }

  /** The instant that the wall shows, in seconds since 1970. */
  get shown(): number {
    return this.instant ?? now();
  }

  /** The end of the line, all the way to the right, is the present, and stays the present. */
  private choose(second: number): void {
    this.instant = second >= Number(this.slider.max) ? null : second;
    this.show();
    this.changed();
  }

  /** The present moves on, and takes the line's ends along. */
  private stretch(): void {
    this.slider.max = String(now());
    this.slider.min = String(Math.max(this.oldest, now() - KEEP_SECONDS));
    this.show();
  }

  private show(): void {
    this.slider.value = String(this.shown);
    const text = this.instant === null ? 'now' : formatInstant(this.shown);
    this.slider.setAttribute('aria-valuetext', text);
    setText(byId('instant-text'), text);
    this.nowButton.disabled = this.instant === null;
    byId('timeline').dataset.shown = this.instant === null ? 'present' : 'past';
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
