import fc from 'fast-check';
import { KNOWN_NAMES, NAMES_OF } from './odd';

/** What of a JSON schema the documents use. */
export interface Schema {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

/** Longer ones are made where something is broken; here they would only cost time. */
const MAX_TEXT = 60;
const MAX_ITEMS = 4;

/** Values that fit schemas of a document, or nearly: rules across fields are the service's own. */
export class FromSchema {
  private readonly made = new Map<string, fc.Arbitrary<unknown>>();

  constructor(private readonly document: unknown) {}

  values(schema: Schema = {}): fc.Arbitrary<unknown> {
    if (schema.$ref !== undefined) return this.referenced(schema.$ref);
    if ('const' in schema) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const choices = schema.oneOf ?? schema.anyOf;
    if (choices) return fc.oneof(...choices.map((choice) => this.values(choice)));
    if (typeof schema.type === 'object')
      return fc.oneof(...schema.type.map((type) => this.values({ ...schema, type })));
    return this.ofType(schema);
  }

  private referenced(reference: string): fc.Arbitrary<unknown> {
    let made = this.made.get(reference);
    if (!made) this.made.set(reference, (made = this.values(this.resolve(reference))));
    return made;
  }

  private resolve(reference: string): Schema {
    return reference
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((node, member) => (node as Record<string, unknown>)[member], this.document) as Schema;
  }

  private ofType(schema: Schema): fc.Arbitrary<unknown> {
    const { minimum: min = schema.exclusiveMinimum ?? -1000, maximum: max = Math.max(min, 0) + 10_000 } = schema;
    switch (schema.type) {
      case 'string':
        return text(schema);
      case 'integer':
        return fc.integer({ min: Math.ceil(min), max: Math.floor(max) });
      case 'number':
        return fc.double({ min, max, noNaN: true });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'array':
        return fc.array(this.values(schema.items), {
          minLength: schema.minItems ?? 0,
          maxLength: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? MAX_ITEMS, MAX_ITEMS)),
        });
      case 'object':
        return this.object(schema);
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  }

  private object({ properties, required = [], additionalProperties }: Schema): fc.Arbitrary<unknown> {
    if (!properties) {
      const members = typeof additionalProperties === 'object' ? additionalProperties : {};
      return fc.dictionary(text({}), this.values(members), { maxKeys: MAX_ITEMS });
    }
    const members = Object.entries(properties).map(([name, schema]) => [name, this.member(name, schema)] as const);
    return fc.record(Object.fromEntries(members), { requiredKeys: [...required] });
  }

  private member(name: string, schema: Schema): fc.Arbitrary<unknown> {
    const names = schema.type === 'string' && !schema.enum ? NAMES_OF[name] : undefined;
    const any = this.values(schema);
    return names ? fc.oneof({ arbitrary: fc.constantFrom(...names), weight: 4 }, any) : any;
  }
}

function text({ pattern, minLength = 0, maxLength = MAX_TEXT }: Schema): fc.Arbitrary<string> {
  const isFitting = (name: string) => name.length >= minLength && name.length <= maxLength;
  if (pattern === undefined) {
    const known = KNOWN_NAMES.filter(isFitting);
    const any = fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, MAX_TEXT)) });
    return known.length > 0 ? fc.oneof(fc.constantFrom(...known), any) : any;
  }
  const expression = new RegExp(pattern, 'u');
  const known = KNOWN_NAMES.filter((name) => expression.test(name));
  const words = fc.string({ minLength: 1, maxLength: 12 }).filter((word) => expression.test(word));
  return known.length > 0 ? fc.oneof({ arbitrary: fc.constantFrom(...known), weight: 5 }, words) : fallback(expression);
}

/** Of a pattern that no known name fits. */
function fallback(expression: RegExp): fc.Arbitrary<string> {
  return fc.stringMatching(expression);
}
