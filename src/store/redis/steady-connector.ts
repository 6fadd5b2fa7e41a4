import type { StandaloneConnectionOptions } from 'ioredis';
import StandaloneConnector from 'ioredis/built/connectors/StandaloneConnector';

/**
 * Connects to one server. A TLS handshake that is given up can fail a second time, when the server has its say; the client
 * listens to one failure of a socket, and the other would end the process.
 */
export class SteadyConnector extends StandaloneConnector {
  /** Of the client, whatever they are to it. */
  constructor(options: unknown) {
    super(options as StandaloneConnectionOptions);
  }

  override connect(emitter: Parameters<StandaloneConnector['connect']>[0]): ReturnType<StandaloneConnector['connect']> {
    const connecting = super.connect(emitter);
    connecting.then(
      (stream) => stream.on('error', () => undefined),
      () => undefined,
    );
    return connecting;
  }
}
