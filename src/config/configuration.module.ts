import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { PARLEY_CONFIG, type ParleyConfig, readConfig } from './parley-config';

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** Reads `.env` and the environment once, and offers the result under PARLEY_CONFIG to every module. */
@Module({})
export class ConfigurationModule {
  /**
   * `variables` stand above the process's environment, which stands above `.env`: for programs that start the service
   * themselves, such as the replay and the tests.
   */
  static register(variables: EnvironmentVariables = {}): DynamicModule {
    return {
      module: ConfigurationModule,
      global: true,
      imports: [
        ConfigModule.forRoot({
          validate: (environment) => ({ [CONFIG_KEY]: readConfig({ ...environment, ...variables }) }),
        }),
      ],
      providers: [
        {
          provide: PARLEY_CONFIG,
          inject: [ConfigService],
          useFactory: (service: ConfigService) => service.getOrThrow<ParleyConfig>(CONFIG_KEY),
        },
      ],
      exports: [PARLEY_CONFIG],
    };
  }
}

const CONFIG_KEY = 'parley';
