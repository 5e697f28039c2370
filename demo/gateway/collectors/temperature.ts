import { readdirSync } from 'node:fs';
import type { Collector, Measurement } from './collector.ts';
import { readProcFile } from './proc-file.ts';

interface Thermometer {
  readonly sensorId: string;
  /** Holds thousandths of a degree Celsius. */
  readonly path: string;
}

/** Every thermometer that Linux knows of (hwmon chips, or thermal zones on boards without them), in degrees Celsius. */
export function temperatureCollector(): Collector {
  const chips = hwmonThermometers();
  const thermometers = chips.length > 0 ? chips : thermalZones();
  return () => {
    const measurements: Measurement[] = [];
    for (const { sensorId, path } of thermometers) {
      const text = readProcFile(path)?.trim();
      if (text === undefined || !/^-?\d+$/.test(text)) continue;
      measurements.push({ sensorId, sensorType: 'temperature', value: Number(text) / 1000, unit: '°C' });
    }
    return measurements;
  };
}

function hwmonThermometers(): Thermometer[] {
  const root = '/sys/class/hwmon';
  return list(root).flatMap((chip) => {
    const name = readProcFile(`${root}/${chip}/name`)?.trim() ?? chip;
    return list(`${root}/${chip}`)
      .filter((file) => /^temp\d+_input$/.test(file))
      .map((file) => {
        const label = readProcFile(`${root}/${chip}/${file.replace('_input', '_label')}`)?.trim();
        return {
          sensorId: sensorName(chip, name, label ?? file.replace('_input', '')),
          path: `${root}/${chip}/${file}`,
        };
      });
  });
}

function thermalZones(): Thermometer[] {
  const root = '/sys/class/thermal';
  return list(root)
    .filter((zone) => zone.startsWith('thermal_zone'))
    .map((zone) => {
      const type = readProcFile(`${root}/${zone}/type`)?.trim() ?? 'zone';
      return { sensorId: sensorName(zone, type, null), path: `${root}/${zone}/temp` };
    });
}

/** Two chips may have the same name (two disks, say): the kernel's number tells them apart. */
function sensorName(device: string, name: string, label: string | null): string {
  const number = /\d+$/.exec(device)?.[0] ?? '';
  return ['temperature', `${name}${number}`, label]
    .filter((part) => part !== null)
    .join('.')
    .toLowerCase()
    .replaceAll(' ', '-');
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Not Linux, or a kernel without such sensors.
  }
}
