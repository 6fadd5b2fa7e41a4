import { ValidateBy } from 'class-validator';

/** A text of at most so many bytes of UTF-8; what is no text is left to other rules. */
export function MaxBytes(max: number): PropertyDecorator {
  return ValidateBy({
    name: 'maxBytes',
    validator: {
      validate: (value) => typeof value !== 'string' || Buffer.byteLength(value) <= max,
      defaultMessage: () => `$property must have at most ${max} bytes`,
    },
  });
}
