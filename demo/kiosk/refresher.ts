import type { Panel, PanelContext } from './panels/panel.ts';

const TICK_MS = 250;

/** Refreshes each panel at its own pace, one after the other: queries of the page never queue up behind each other. */
export class Refresher {
  private readonly panels: readonly Panel[];
  private readonly context: () => PanelContext | null;
  private readonly onError: (error: unknown) => void;
  private dueAtMs: number[];

  constructor(panels: readonly Panel[], context: () => PanelContext | null, onError: (error: unknown) => void) {
    this.panels = panels;
    this.context = context;
    this.onError = onError;
    this.dueAtMs = panels.map(() => 0);
  }

  start(): void {
    void this.round();
  }

  /** All panels are due now: the visitor changed what they show. */
  hurry(): void {
    this.dueAtMs = this.panels.map(() => 0);
  }

  private async round(): Promise<void> {
    const context = this.context();
    if (context !== null && !document.hidden) await this.refreshDue(context);
    setTimeout(() => void this.round(), TICK_MS);
  }

  private async refreshDue(context: PanelContext): Promise<void> {
    for (const [position, panel] of this.panels.entries()) {
      if (this.dueAtMs[position]! > performance.now()) continue;
      this.dueAtMs[position] = performance.now() + panel.everyMs;
      try {
        await panel.refresh(context);
      } catch (error) {
        this.onError(error);
      }
    }
  }
}
