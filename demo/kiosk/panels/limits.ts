import { byId, create } from '../elements.ts';
import type { LocalDatabase } from '../local-database.ts';
import { TYPE_NAMES } from '../sensor-names.ts';

/** Inputs for the rows of alarm_limits; a change is stored at once. */
export async function setUpLimits(local: LocalDatabase, changed: () => void): Promise<void> {
  const rows = await local.rows('SELECT sensor_type, above, unit FROM alarm_limits ORDER BY sensor_type');
  const fields = rows.map(([type, above, unit]) => {
    const sensorType = String(type);
    const input = create('input', '');
    input.type = 'number';
    input.step = 'any';
    input.value = String(above);
    input.addEventListener('change', async () => {
      if (!Number.isFinite(input.valueAsNumber)) return;
      await local.database.query('UPDATE alarm_limits SET above = ? WHERE sensor_type = ?', [
        input.valueAsNumber,
        sensorType,
      ]);
      changed();
    });
    return create(
      'label',
      'limit',
      create('span', '', TYPE_NAMES[sensorType] ?? sensorType),
      input,
      create('span', 'unit', String(unit)),
    );
  });
  byId('limit-rows').replaceChildren(...fields);
}
