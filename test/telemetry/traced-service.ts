import { ServiceProcess } from '../support/service-process';
import { storeData, type StoreKind } from '../support/store-data';
import { OtlpCollector } from './otlp-collector';

/** The service as a process that exports to a collector of this test. */
export class TracedService {
  private constructor(
    readonly collector: OtlpCollector,
    private readonly service: ServiceProcess,
    private readonly removeData: () => Promise<void>,
  ) {}

  static async start(store: StoreKind, env: Readonly<Record<string, string>> = {}): Promise<TracedService> {
    const collector = await OtlpCollector.start();
    const { settings, remove } = storeData(store);
    const service = await ServiceProcess.start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...settings, ...env });
    return new TracedService(collector, service, remove);
  }

  get url(): string {
    return this.service.url;
  }

  async request(method: string, path: string, json?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    const type = json === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(`${this.url}${path}`, { method, headers: { ...type, ...headers }, ...body });
    await response.arrayBuffer();
    return response;
  }

  /** Ends the service, which delivers all that it has: after that the collector has everything. */
  async stop(): Promise<void> {
    await this.service.stop();
    await this.removeData();
  }
}
