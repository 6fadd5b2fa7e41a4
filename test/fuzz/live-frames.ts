import fc from 'fast-check';
import { jsonTexts } from './broken-json';
import { FromSchema, type Schema } from './from-schema';

export interface FuzzFrame {
  /** Of the frame that it is, or was before it was broken. */
  readonly type: string;
  readonly text: string;
  readonly isBinary: boolean;
}

export interface AsyncApi {
  readonly operations: Readonly<Record<string, { readonly action: string }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Frames of every type that clients send, the same share of each. */
export function framesOf(document: AsyncApi): fc.Arbitrary<FuzzFrame> {
  const schemas = new FromSchema(document);
  const types = Object.entries(document.operations).filter(([, { action }]) => action === 'receive');
  const binary = fc.oneof({ arbitrary: fc.constant(false), weight: 60 }, fc.constant(true));
  return fc.oneof(
    ...types.map(([type]) =>
      fc.record({
        type: fc.constant(type),
        text: jsonTexts(schemas.values(document.components.schemas[type])),
        isBinary: binary,
      }),
    ),
  );
}
