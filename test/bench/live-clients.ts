import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A client of the live channel with no more than the protocol asks for, so that the service is what is measured. */
export async function openSocket(address: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${address}/v1/live`, { perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}
