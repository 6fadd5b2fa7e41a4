import { Global, type INestApplicationContext, Module, type Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Registry } from 'prom-client';
import { CLOCK, type Clock } from '../../src/common/clock';
import type { JsonObject, JsonValue } from '../../src/common/json';
import { type ToolContext, ToolRegistry, type ToolSession, ToolsModule } from '../../src/orchestration/tools';
import { ManualClock } from '../support/manual-clock';

export interface ToolHost {
  readonly app: INestApplicationContext;
  readonly registry: ToolRegistry;
  readonly metrics: Registry;
  /** Objects and texts that were logged. */
  readonly logged: unknown[];
}

/** An application with the tools of some modules. */
export async function toolHost(imports: readonly object[], clock: Clock = new ManualClock()): Promise<ToolHost> {
  const metrics = new Registry();
  @Global()
  @Module({
    providers: [
      { provide: Registry, useValue: metrics },
      { provide: CLOCK, useValue: clock },
    ],
    exports: [Registry, CLOCK],
  })
  class BaseModule {}
  const logged: unknown[] = [];
  const log = (message: unknown) => void logged.push(message);
  const builder = Test.createTestingModule({ imports: [BaseModule, ToolsModule, ...(imports as never[])] });
  builder.setLogger({ log: () => undefined, warn: log, error: log });
  const app = await builder.compile();
  await app.init();
  return { app, registry: app.get(ToolRegistry), metrics, logged };
}

/** A module of another team, with nothing but these providers. */
export function moduleOf(...providers: Provider[]): object {
  @Module({ providers })
  class ForeignModule {}
  return ForeignModule;
}

export function sessionOf(context: JsonObject = {}, toolOutputs: JsonObject = {}, sessionId = 'call-1'): ToolSession {
  return {
    sessionId,
    getContext: (key) => context[key],
    slots: () => new Map<string, JsonValue>(),
    toolOutputs: () => new Map(Object.entries(toolOutputs)),
  };
}

export function contextOf(session = sessionOf(), signal?: ToolContext['signal']): ToolContext {
  return { session, signal: signal ?? new AbortController().signal };
}
