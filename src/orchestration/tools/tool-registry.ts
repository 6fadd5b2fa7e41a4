import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { CLOCK, type Clock } from '../../common/clock';
import { nestsWithin } from '../../common/json';
import { toJsonSafe } from '../../common/json-safe';
import { describeError } from '../../common/logging/describe-error';
import { MAX_JSON_DEPTH } from '../../store/ops';
import { type Outcome, runLimited } from './limited-work';
import type { RegisteredTool } from './registered-tool';
import type { ToolContext, ToolResult, ToolSpec } from './tool';
import { ToolDiscovery } from './tool-discovery';
import { toolFailure, unknownTool } from './tool-failure';
import { ToolMetrics } from './tool-metrics';

/** The tools of the application: what models are told of them, and how they are run. */
@Injectable()
export class ToolRegistry implements OnModuleInit {
  private readonly logger = new Logger('Tools');
  private tools: ReadonlyMap<string, RegisteredTool> = new Map();

  constructor(
    private readonly discovery: ToolDiscovery,
    private readonly metrics: ToolMetrics,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws ParleyError `tools_invalid` */
  onModuleInit(): void {
    this.tools = this.discovery.tools();
  }

  names(): readonly string[] {
    return [...this.tools.keys()];
  }

  has(name: string): boolean {
    return this.tools.has(name);
  }

  /** In the order of the names, each once; those of no tool are left out. */
  specs(names: readonly string[]): ToolSpec[] {
    return [...new Set(names)].flatMap((name) => this.tools.get(name)?.spec ?? []);
  }

  /**
   * Runs a tool with the arguments as a model wrote them. Never rejects, and is done at once when the tool's time is up
   * or the signal is aborted, whatever the tool does.
   */
  async run(name: string, argumentsJson: string, context: ToolContext): Promise<ToolResult> {
    const startMs = this.clock.monotonicMs();
    const tool = this.tools.get(name);
    const result = tool ? await this.runTool(tool, argumentsJson, context) : unknownTool();
    const seconds = (this.clock.monotonicMs() - startMs) / 1000;
    this.metrics.observe(tool && name, result.ok ? 'ok' : result.code, seconds);
    return result;
  }

  private async runTool(tool: RegisteredTool, json: string, { session, signal }: ToolContext): Promise<ToolResult> {
    const parsed = tool.parse(json);
    const { name } = tool.spec;
    if ('fault' in parsed) {
      return toolFailure('invalid_arguments', `The arguments of ${name} do not fit: ${parsed.fault}.`);
    }
    const limits = { timeoutMs: tool.timeoutMs, signal };
    const outcome = await runLimited((own) => tool.call(parsed.args, { session, signal: own }), limits);
    return this.resultOf(outcome, tool, session.sessionId);
  }

  /** What was given up may have happened all the same: the model must not tell the caller that it did not. */
  private resultOf(outcome: Outcome, { spec: { name }, timeoutMs }: RegisteredTool, sessionId: string): ToolResult {
    switch (outcome.kind) {
      case 'done':
        return this.outputOf(outcome.value, name, sessionId);
      case 'failed':
        this.logger.warn({ msg: 'a tool failed', tool: name, sessionId, err: describeError(outcome.error) });
        return toolFailure('tool_failed', `${name} failed. Nothing is known of the cause.`);
      case 'timeout':
        this.logger.warn({ msg: 'a tool took too long', tool: name, sessionId, timeoutMs });
        return toolFailure('tool_timeout', `${name} did not answer in time. It is not known whether it took effect.`);
      case 'aborted':
        return toolFailure('aborted', `${name} was given up. It is not known whether it took effect.`);
    }
  }

  private outputOf(value: unknown, name: string, sessionId: string): ToolResult {
    const output = toJsonSafe(value);
    if (nestsWithin(output, MAX_JSON_DEPTH)) return { ok: true, output };
    this.logger.warn({ msg: 'the output of a tool nests too deep', tool: name, sessionId });
    return toolFailure('tool_failed', `${name} gave an output that cannot be used.`);
  }
}
