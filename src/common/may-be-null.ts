import { ValidateIf } from 'class-validator';

/** Absent, null or as its rules say. */
export function MayBeNull(): PropertyDecorator {
  return (target, key) => {
    ValidateIf((dto: object) => (dto as Record<string | symbol, unknown>)[key] != null)(target, key);
  };
}
