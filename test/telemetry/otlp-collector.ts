import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dataPointsIn, type DataPoint, type Exported, type SpanRecord, spansIn } from './otlp-json';

/** An OTLP/HTTP collector on a loopback port that keeps what it is sent. */
export class OtlpCollector {
  /** Every body as it came, for tests of what must not be in one. */
  readonly bodies: Buffer[] = [];
  private readonly exported: { readonly path: string; readonly body: Exported }[] = [];

  private constructor(private readonly server: Server) {}

  /** `silent`: takes what comes and never answers. */
  static async start(silent = false): Promise<OtlpCollector> {
    const server = createServer();
    const collector = new OtlpCollector(server);
    server.on('request', (request, response) => {
      void collector.take(request).then(() => {
        if (!silent) response.setHeader('content-type', 'application/json').end('{}');
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What came to `/v1/traces`. */
  get spans(): SpanRecord[] {
    return this.sentTo('/v1/traces').flatMap(spansIn);
  }

  /** What came to `/v1/metrics`. */
  get dataPoints(): DataPoint[] {
    return this.sentTo('/v1/metrics').flatMap(dataPointsIn);
  }

  /** The only span of this name and these attributes. */
  span(name: string, attributes: Readonly<Record<string, unknown>> = {}): SpanRecord {
    const expected = Object.entries(attributes);
    const found = this.spans.filter(
      (span) => span.name === name && expected.every(([key, value]) => span.attributes[key] === value),
    );
    if (found.length === 1) return found[0] as SpanRecord;
    const names = this.spans.map((span) => span.name).join(', ');
    throw new Error(`There are ${found.length} spans ${name} ${JSON.stringify(attributes)} among: ${names}`);
  }

  /** Forgets what has come. */
  clear(): void {
    this.bodies.length = 0;
    this.exported.length = 0;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private sentTo(path: string): Exported[] {
    return this.exported.filter((sent) => sent.path === path).map(({ body }) => body);
  }

  private async take(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    this.bodies.push(body);
    this.exported.push({ path: request.url ?? '', body: JSON.parse(body.toString()) as Exported });
  }
}
