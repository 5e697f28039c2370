const NAMES: Readonly<Record<string, string>> = {
  cpu: 'Processor',
  load: 'Load, 1 min',
  memory: 'Memory',
  'disk.read': 'Disk read',
  'disk.written': 'Disk written',
  'disk.used': 'Disk full',
  'network.in': 'Network in',
  'network.out': 'Network out',
  'outdoor.temperature': 'Outdoor air',
  'outdoor.wind': 'Wind',
  'outdoor.pressure': 'Air pressure',
};

/** What a building manager calls the sensor. */
export function sensorName(sensorId: string): string {
  const known = NAMES[sensorId];
  if (known !== undefined) return known;
  const core = /^cpu\.(\d+)$/.exec(sensorId);
  if (core !== null) return `Core ${Number(core[1]) + 1}`;
  if (sensorId.startsWith('temperature.')) return sensorId.slice('temperature.'.length).replaceAll('.', ' ');
  return sensorId;
}

/** Sensor types that can have a limit, by what a reader calls them. */
export const TYPE_NAMES: Readonly<Record<string, string>> = {
  cpu: 'Processor',
  memory: 'Memory',
  disk_used: 'Disk full',
  temperature: 'Board temperature',
  outdoor_temperature: 'Outdoor air',
  wind: 'Wind',
};
