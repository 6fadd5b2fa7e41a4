import { formatValue } from './format';
import classes from './json-value.module.css';

/** A value from outside, as text. */
export function JsonValue({ value, label }: { readonly value: unknown; readonly label: string }) {
  return (
    // It scrolls where it is long, so that the keyboard must reach it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className={classes.value} tabIndex={0} role="region" aria-label={label}>
      {formatValue(value)}
    </pre>
  );
}
