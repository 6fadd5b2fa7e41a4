import { type Context, type Emitter, type Liquid, toValue } from 'liquidjs';

/**
 * Counts what a template writes, the main text as well as captured ones. Liquid's own emitter doesn't: a loop could
 * write, or a capture double, a text until the memory is full.
 */
class BoundedEmitter implements Emitter {
  buffer = '';

  constructor(private readonly context: Context) {}

  write(output: unknown): void {
    const value: unknown = toValue(output);
    if (Array.isArray(value)) return this.writeAll(value);
    const scalar = (value ?? '') as string | number | boolean;
    const text = String(scalar);
    this.context.memoryLimit.use(text.length);
    this.buffer += text;
  }

  /** The items one by one: joined at once they could be too long before they are counted. */
  private writeAll(items: readonly unknown[]): void {
    this.context.memoryLimit.use(items.length);
    for (const item of items) this.write(item);
  }
}

/** Everything an engine writes goes through its renderer: the one place to count it. */
export function boundOutput({ renderer }: Liquid): void {
  const render = renderer.renderTemplates.bind(renderer);
  renderer.renderTemplates = (templates, context, emitter = new BoundedEmitter(context)) =>
    render(templates, context, emitter);
}
