import { idSequence } from '../common/ids';
import type { BackoffOptions } from './backoff';

export interface LiveClientOptions {
  /** The service (`http://127.0.0.1:3000`, a path before the channel included) or the channel itself. */
  readonly url: string;
  /** API key, sent in the `Authorization` header. */
  readonly key?: string | undefined;
  /** Gives a short-lived ticket; asked anew for each connection. In place of a key. */
  readonly ticket?: () => Promise<string>;
  readonly backoff?: Partial<BackoffOptions>;
  /** Most batches of all sessions that are not durable yet; more are refused (`too_many_pending`). @default 1000 */
  readonly maxPending?: number;
  /** How long one attempt to connect may take, its ticket included. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** How long nothing may be answered while something is asked before the connection counts as dead. @default 10000 */
  readonly ackTimeoutMs?: number;
  /** The same for one frame: the service waits for its store, which may be away for a while. @default 60000 */
  readonly durableTimeoutMs?: number;
  /** Quiet time after which the client asks whether the connection still stands. @default 15000 */
  readonly pingIntervalMs?: number;
  /** Time without a connection after which all that waits is given up (`connection_lost`). @default Infinity */
  readonly giveUpAfterMs?: number;
  /** How long `close()` and `detach()` wait for what is pending. @default 5000 */
  readonly closeTimeoutMs?: number;
}

export interface LiveSettings extends Required<Omit<LiveClientOptions, 'url' | 'key' | 'ticket' | 'backoff'>> {
  readonly url: string;
  readonly key: string | undefined;
  readonly ticket: (() => Promise<string>) | undefined;
  readonly backoff: BackoffOptions;
  readonly nextBatchId: () => string;
}

const PATH = '/v1/live';

export function settingsOf(options: LiveClientOptions): LiveSettings {
  return {
    url: channelUrl(options.url),
    key: options.key,
    ticket: options.ticket,
    backoff: { firstMs: 100, longestMs: 5000, ...options.backoff },
    maxPending: options.maxPending ?? 1000,
    connectTimeoutMs: options.connectTimeoutMs ?? 5000,
    ackTimeoutMs: options.ackTimeoutMs ?? 10_000,
    durableTimeoutMs: options.durableTimeoutMs ?? 60_000,
    pingIntervalMs: options.pingIntervalMs ?? 15_000,
    giveUpAfterMs: options.giveUpAfterMs ?? Infinity,
    closeTimeoutMs: options.closeTimeoutMs ?? 5000,
    nextBatchId: idSequence(),
  };
}

/** @throws TypeError where it is no address */
function channelUrl(text: string): string {
  const url = new URL(text.replace(/^http/, 'ws'));
  if (!/^wss?:$/.test(url.protocol)) throw new TypeError('the address of a live channel begins with ws, wss or http');
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(PATH) ? path : path + PATH;
  return url.href;
}
