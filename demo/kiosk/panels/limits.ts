import { byId, create } from '../elements.ts';
import type { LocalDatabase, Rows } from '../local-database.ts';
import { TYPE_NAMES } from '../sensor-names.ts';
import type { Panel } from './panel.ts';

/** Inputs for the rows of alarm_limits; a change is stored at once. Limits of the past are shown, and stay. */
export function limitsPanel(local: LocalDatabase, changed: () => void): Panel {
  const inputs = new Map<string, HTMLInputElement>();
  const store = async (sensorType: string, above: number): Promise<void> => {
    if (!Number.isFinite(above)) return;
    await local.database.query('UPDATE alarm_limits SET above = ? WHERE sensor_type = ?', [above, sensorType]);
    changed();
  };
  return {
    everyMs: 2_000,
    async refresh({ local: reader, isPast }) {
      const rows = await reader.rows('SELECT sensor_type, above, unit FROM alarm_limits ORDER BY sensor_type');
      if (rows.length !== inputs.size) {
        inputs.clear();
        byId('limit-rows').replaceChildren(...fields(rows, inputs, store));
      }
      for (const [type, above] of rows) {
        const input = inputs.get(String(type))!;
        input.disabled = isPast;
        if (document.activeElement !== input) input.value = String(above);
      }
    },
  };
}

function fields(
  rows: Rows,
  inputs: Map<string, HTMLInputElement>,
  store: (sensorType: string, above: number) => Promise<void>,
): HTMLElement[] {
  return rows.map(([type, , unit]) => {
    const sensorType = String(type);
    const input = create('input', '');
    input.type = 'number';
    input.step = 'any';
    input.addEventListener('change', () => void store(sensorType, input.valueAsNumber));
    inputs.set(sensorType, input);
    const name = create('span', '', TYPE_NAMES[sensorType] ?? sensorType);
    return create('label', 'limit', name, input, create('span', 'unit', String(unit)));
  });
}
