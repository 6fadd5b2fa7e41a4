import { Text } from '@mantine/core';
import { JsonValue } from '../../shared/json-value';
import { Part } from './part';
import classes from './state-tab.module.css';

interface NamedValuesProps {
  readonly title: string;
  readonly entries: readonly (readonly [name: string, value: unknown])[];
  readonly empty: string;
}

/** Values by name, such as the context of a session. */
export function NamedValues({ title, entries, empty }: NamedValuesProps) {
  return (
    <Part title={title}>
      {entries.length === 0 ? (
        <Text size="sm" c="dimmed">
          {empty}
        </Text>
      ) : (
        <dl className={classes.values}>
          {entries.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{isPlain(value) ? String(value) : <JsonValue value={value} label={name} />}</dd>
            </div>
          ))}
        </dl>
      )}
    </Part>
  );
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return typeof value !== 'object' || value === null;
}
