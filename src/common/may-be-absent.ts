import { ValidateIf } from 'class-validator';

/** Absent or as its rules say; null, which class-validator's own IsOptional lets pass, is a value of the wrong type. */
export function MayBeAbsent(): PropertyDecorator {
  return (target, key) => {
    ValidateIf((dto: object) => (dto as Record<string | symbol, unknown>)[key] !== undefined)(target, key);
  };
}
