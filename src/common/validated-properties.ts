import { getMetadataStorage } from 'class-validator';

/** Names of the properties that a class has class-validator rules for. */
export function validatedProperties(Class: new () => object): Set<string> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(Class, '', false, false);
  return new Set(rules.map((rule) => rule.propertyName));
}
