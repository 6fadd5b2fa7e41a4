import { fastify } from 'fastify';
import { Redis } from 'ioredis';

/** The least a server could do: no validation, one HSET. Started by http.bench.ts. */
async function main(): Promise<void> {
  const redis = new Redis(process.env['REDIS_URL'] as string, { enableAutoPipelining: true });
  const server = fastify();
  let turn = 0;
  server.post<{ Params: { id: string } }>('/v1/sessions/:id/ops', async (request) => {
    turn += 1;
    await redis.hset(`bare:${request.params.id}`, `turn:${turn % 1000}`, JSON.stringify(request.body));
    return { revision: turn, messages: [turn] };
  });
  await server.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
  process.stdout.write('ready\n');
  process.once('SIGTERM', () => process.exit(0));
}

void main();
