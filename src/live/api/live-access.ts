import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { ApiKeyAuthenticator, type Caller } from '../../api/auth/api-key-authenticator';
import { LoadShedder } from '../../api/load/load-shedder';
import { ParleyError } from '../../common/parley-error';
import { isLoopback, PARLEY_CONFIG, type ParleyConfig } from '../../config/parley-config';
import { LiveTickets } from '../live-tickets';

/** Who may open a socket: by the key in the header, or by a ticket. */
@Injectable()
export class LiveAccess {
  private readonly callers = new WeakMap<IncomingMessage, Caller>();
  private readonly hasKeys: boolean;
  private stopping = false;

  constructor(
    private readonly authenticator: ApiKeyAuthenticator,
    private readonly tickets: LiveTickets,
    private readonly load: LoadShedder,
    @Inject(PARLEY_CONFIG) { apiKeys }: Pick<ParleyConfig, 'apiKeys'>,
  ) {
    this.hasKeys = apiKeys.length > 0;
  }

  /** Lets nobody in any more. */
  stop(): void {
    this.stopping = true;
  }

  /** @throws ParleyError `unauthorized`, `forbidden`, `shutting_down`, `overloaded`, `store_unavailable` */
  async admit(request: IncomingMessage): Promise<void> {
    if (this.stopping) throw new ParleyError('shutting_down', 'The service is shutting down.');
    this.load.refuseOverload('live');
    this.callers.set(request, await this.identify(request));
  }

  /** Of a request that was let in. */
  callerOf(request: IncomingMessage): Caller {
    const caller = this.callers.get(request);
    if (!caller) throw new ParleyError('unauthorized', 'The socket was not let in.');
    return caller;
  }

  private async identify({ headers, url }: IncomingMessage): Promise<Caller> {
    if (!this.hasKeys) refuseForeignPage(headers.origin);
    const ticket = this.hasKeys ? ticketIn(url) : undefined;
    if (ticket === undefined) return this.authenticator.admit(headers.authorization, 'read');
    const holder = await this.tickets.take(ticket);
    if (holder) return holder;
    throw new ParleyError('unauthorized', 'The ticket is not valid: it has expired or was used.');
  }
}

/**
 * Browsers let any page open a socket to this machine, and read what comes: where no key is asked for, only pages of this
 * machine may.
 * @throws ParleyError `forbidden`
 */
function refuseForeignPage(origin: string | undefined): void {
  if (origin === undefined) return;
  const host = URL.canParse(origin) ? new URL(origin).hostname.replace(/^\[|\]$/g, '') : '';
  if (!isLoopback(host)) throw new ParleyError('forbidden', 'Pages of other machines need API keys to be configured.');
}

function ticketIn(url = ''): string | undefined {
  const query = url.indexOf('?');
  return query < 0 ? undefined : (new URLSearchParams(url.slice(query)).get('ticket') ?? undefined);
}
