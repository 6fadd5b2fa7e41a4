import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { type ErrorIssue, ParleyError } from '../../common/parley-error';
import { type RegisteredTool, registeredTool } from './registered-tool';
import { TOOL_METADATA, type ToolOptions } from './tool.decorator';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

interface Marked {
  /** Class and method, for people. */
  readonly place: string;
  readonly options: ToolOptions;
  readonly isShared: boolean;
  readonly call: RegisteredTool['call'];
}

/** Finds the methods that are marked as tools, in all modules of the application. */
@Injectable()
export class ToolDiscovery {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** By their names. @throws ParleyError `tools_invalid` with all that is wrong */
  tools(): ReadonlyMap<string, RegisteredTool> {
    const tools = new Map<string, RegisteredTool>();
    const places = new Map<string, string>();
    const errors: ErrorIssue[] = [];
    for (const { place: path, options, isShared, call } of this.marked()) {
      const other = places.get(options.name);
      if (other !== undefined) errors.push({ path, message: `has the name ${options.name}, as has ${other}` });
      else if (!isShared) errors.push({ path, message: 'belongs to a provider that is made anew for each who asks' });
      else attempt(path, errors, () => tools.set(options.name, registeredTool(options, call)));
      if (other === undefined) places.set(options.name, path);
    }
    if (errors.length > 0) throw invalid(errors);
    return tools;
  }

  /** A provider that is known under several tokens counts once. */
  private marked(): Marked[] {
    const byInstance = new Map<object, Wrapper>();
    for (const wrapper of this.discovery.getProviders()) {
      const instance: unknown = wrapper.instance;
      if (typeof instance === 'object' && instance !== null && !byInstance.has(instance)) {
        byInstance.set(instance, wrapper);
      }
    }
    return [...byInstance].flatMap(([instance, wrapper]) => this.markedMethods(instance, wrapper));
  }

  private markedMethods(instance: object, wrapper: Wrapper): Marked[] {
    const methods = instance as Record<string, (...args: unknown[]) => unknown>;
    return this.scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object).flatMap((key) => {
      const options = Reflect.getMetadata(TOOL_METADATA, methods[key] as object) as ToolOptions | undefined;
      if (options === undefined) return [];
      const place = `${instance.constructor.name}.${key}`;
      const isShared = wrapper.isDependencyTreeStatic() && !wrapper.isTransient;
      return [{ place, options, isShared, call: (args, context) => methods[key]?.(args, context) }];
    });
  }
}

function attempt(path: string, errors: ErrorIssue[], work: () => unknown): void {
  try {
    work();
  } catch (error) {
    errors.push({ path, message: error instanceof Error ? error.message : 'cannot be used' });
  }
}

function invalid(errors: readonly ErrorIssue[]): ParleyError {
  const text = errors.map(({ path, message }) => `${path} ${message}`).join('; ');
  return new ParleyError('tools_invalid', `The tools are wrong: ${text}`, { errors });
}
