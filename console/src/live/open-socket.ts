import { request } from '../api/http';

/** A socket of the live channel that is being opened, for whoever is signed in. Rejects with ConsoleError. */
export async function openSocket(): Promise<WebSocket> {
  const { ticket } = await request<{ ticket: string }>('/v1/live/tickets', { method: 'POST' });
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return new WebSocket(`${scheme}://${location.host}/v1/live?ticket=${encodeURIComponent(ticket)}`);
}
