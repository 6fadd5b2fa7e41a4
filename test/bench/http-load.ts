import autocannon from 'autocannon';

export interface HttpLoad {
  /** One connection each. */
  readonly sessionIds: readonly string[];
  readonly seconds: number;
  /** Sent in turn by each connection. */
  readonly bodies: readonly string[];
}

/** Requests `POST …/ops` a second. Each connection is the runtime of one call, as it is in service. */
export async function requestsPerSecond(address: string, { sessionIds, seconds, bodies }: HttpLoad): Promise<number> {
  let calls = 0;
  const result = await autocannon({
    url: `http://${address}`,
    connections: sessionIds.length,
    duration: seconds,
    setupClient: (client) => {
      const path = `/v1/sessions/${sessionIds[(calls += 1) % sessionIds.length]}/ops`;
      const headers = { 'content-type': 'application/json' };
      client.setRequests(bodies.map((body) => ({ method: 'POST', path, headers, body })));
    },
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} failed.`);
  return result.requests.average;
}
