import { Logger } from '@nestjs/common';

import { ParleyError } from '../common/parley-error';
import type { CustomerProfile } from './profile';
import type { ProfileProvider } from './profile-provider';

/**
 * Asks providers in order; the first that finds wins. One that fails does not keep the next from answering,
 * but a profile that nobody found is only reported absent if everybody could answer.
 */
export class ProviderChain implements ProfileProvider {
  readonly name = 'chain';
  private readonly logger = new Logger(ProviderChain.name);

  constructor(private readonly providers: readonly ProfileProvider[]) {}

  findByEmail(email: string): Promise<CustomerProfile | undefined> {
    return this.firstOf((provider) => provider.findByEmail(email));
  }

  findByClientId(clientId: string): Promise<CustomerProfile | undefined> {
    return this.firstOf((provider) => provider.findByClientId(clientId));
  }

  private async firstOf(
    find: (provider: ProfileProvider) => Promise<CustomerProfile | undefined>,
  ): Promise<CustomerProfile | undefined> {
    const failed: string[] = [];
    const causes: unknown[] = [];
    for (const provider of this.providers) {
      try {
        const profile = await find(provider);
        if (profile !== undefined) return profile;
      } catch (error) {
        failed.push(provider.name);
        causes.push(error);
        // The error's message may quote the e-mail or the profile: its name is all that is logged.
        const errorName = error instanceof Error ? error.name : 'unknown error';
        this.logger.warn(`Profile provider ${provider.name} failed: ${errorName}`);
      }
    }
    if (failed.length === 0) return undefined;
    throw new ParleyError('profile_source_unavailable', `No answer from: ${failed.join(', ')}`, {
      cause: causes.length === 1 ? causes[0] : new AggregateError(causes),
    });
  }
}
