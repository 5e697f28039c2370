import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { onThemeChange, themeColor } from '../theme.ts';

export interface TimeSeries {
  readonly label: string;
  /** CSS custom property with the line's colour; null for a line that only bounds a band. */
  readonly color: string | null;
  readonly fill?: string;
}

export interface TimeChartOptions {
  readonly series: readonly TimeSeries[];
  /** Fills between two of the series (indexes from 0: upper, lower) with the colour of this CSS custom property. */
  readonly band?: { readonly upper: number; readonly lower: number; readonly color: string };
  /** Axis texts. */
  readonly formatValue: (value: number) => string;
  readonly formatTime: (timestamp: number) => string;
  /** The value axis reaches at least over this. */
  readonly atLeast?: readonly [low: number, high: number];
  /** Marks each value: for series so short or with so many gaps that a line alone would not show. */
  readonly points?: boolean;
  /** Pixels left of the plot for the value axis. */
  readonly axisWidth?: number;
}

/** Seconds since 1970, and for each series a value or null, for which the line has a gap. */
export type TimeChartData = readonly [times: readonly number[], ...series: (readonly (number | null)[])[]];

/** A uPlot that fills its container, follows the theme, and shows a gap where there are no readings. */
export class TimeChart {
  private readonly container: HTMLElement;
  private readonly options: TimeChartOptions;
  private plot: uPlot;
  private data: TimeChartData;

  constructor(container: HTMLElement, options: TimeChartOptions) {
    this.container = container;
    this.options = options;
    this.data = [[], ...options.series.map(() => [])];
    this.plot = this.build();
    new ResizeObserver(() => this.plot.setSize(this.size())).observe(container);
    onThemeChange(() => {
      this.plot.destroy();
      this.plot = this.build();
    });
  }

  /** `description` is what a screen reader says of the chart. */
  show(data: TimeChartData, description: string): void {
    this.data = data;
    this.plot.setData(data as unknown as uPlot.AlignedData);
    this.container.setAttribute('aria-label', description);
  }

  private size(): { width: number; height: number } {
    return { width: Math.max(this.container.clientWidth, 50), height: Math.max(this.container.clientHeight, 40) };
  }

  private build(): uPlot {
    return new uPlot(this.plotOptions(), this.data as unknown as uPlot.AlignedData, this.container);
  }

  private plotOptions(): uPlot.Options {
    const { series, band, formatTime, formatValue, axisWidth = 44 } = this.options;
    const axis = { stroke: themeColor('--ink-soft'), font: '13px system-ui, sans-serif', ticks: { show: false } };
    return {
      ...this.size(),
      padding: [8, 18, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: true }, y: { range: (_plot, low, high) => this.extent(low, high) } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 24,
          space: 70,
          values: (_plot, ticks) => ticks.map(formatTime),
        },
        {
          ...axis,
          grid: { stroke: themeColor('--rule'), width: 1 },
          size: axisWidth,
          space: 34,
          values: (_plot, ticks) => ticks.map(formatValue),
        },
      ],
      series: [{}, ...series.map((one) => lineOf(one, this.options.points === true))],
      ...(band === undefined
        ? {}
        : { bands: [{ series: [band.upper + 1, band.lower + 1], fill: themeColor(band.color) }] }),
    };
  }

  private extent(low: number | null, high: number | null): [number, number] {
    const [atLeastLow, atLeastHigh] = this.options.atLeast ?? [low ?? 0, high ?? 1];
    const bottom = Math.min(low ?? atLeastLow, atLeastLow);
    const top = Math.max(high ?? atLeastHigh, atLeastHigh);
    const room = (top - bottom || 1) * 0.06;
    return [bottom === 0 ? 0 : bottom - room, top + room];
  }
}

function lineOf({ label, color, fill }: TimeSeries, points: boolean): uPlot.Series {
  const shared: uPlot.Series = { label, spanGaps: false, points: { show: false } };
  if (color === null) return { ...shared, stroke: 'transparent', width: 0 };
  const stroke = themeColor(color);
  const marks = points ? { points: { show: true, size: 7, fill: stroke } } : {};
  const line = { ...shared, stroke, width: 2, ...marks };
  return fill === undefined ? line : { ...line, fill: themeColor(fill) };
}
