import { type DynamicModule, type FactoryProvider, Module, type ModuleMetadata, type Type } from '@nestjs/common';

import { MockProfileProvider } from './mock-profile-provider';
import { PROFILE_PROVIDER, type ProfileProvider } from './profile-provider';
import { readProfilesFile } from './profiles-file';
import { ProviderChain } from './provider-chain';
import { SessionLoader } from './session-loader.service';

export interface SessionLoaderOptions {
  /** YAML or JSON list of the mock's profiles, relative to the working directory. Without it: no mock. */
  readonly profilesFile: string | undefined;
  /** Whether the mock answers for customers that no other provider knows. If not, the file is not read. */
  readonly mockEnabled: boolean;
}

export interface SessionLoaderAsyncOptions {
  /** Modules that export what `inject` and the providers need. */
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  readonly inject?: NonNullable<FactoryProvider['inject']>;
  readonly useFactory: FactoryProvider<SessionLoaderOptions>['useFactory'];
  /** Profile providers that are asked before the mock, in this order. */
  readonly providers?: readonly Type<ProfileProvider>[];
}

const SESSION_LOADER_OPTIONS = Symbol('SESSION_LOADER_OPTIONS');

@Module({})
export class SessionLoaderModule {
  static registerAsync(options: SessionLoaderAsyncOptions): DynamicModule {
    const providers = [...(options.providers ?? [])];
    return {
      module: SessionLoaderModule,
      global: true,
      imports: options.imports ?? [],
      providers: [
        { provide: SESSION_LOADER_OPTIONS, inject: options.inject ?? [], useFactory: options.useFactory },
        ...providers,
        {
          provide: PROFILE_PROVIDER,
          inject: [SESSION_LOADER_OPTIONS, ...providers],
          useFactory: createChain,
        },
        SessionLoader,
      ],
      exports: [SessionLoader],
    };
  }
}

/** Reads the profiles file while the application starts, so that a wrong file stops the start. */
async function createChain(
  { profilesFile, mockEnabled }: SessionLoaderOptions,
  ...providers: ProfileProvider[]
): Promise<ProviderChain> {
  if (!mockEnabled || profilesFile === undefined) return new ProviderChain(providers);
  const profiles = await readProfilesFile(profilesFile);
  const mock = new MockProfileProvider(profiles, `The profiles file ${profilesFile}`);
  return new ProviderChain([...providers, mock]);
}
