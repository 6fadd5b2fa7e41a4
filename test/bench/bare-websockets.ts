import { createServer } from 'node:http';
import { collectDefaultMetrics, register } from 'prom-client';
import { WebSocketServer } from 'ws';

/** The least a server of sockets could do: answers each frame with the same, keeps nothing. Started by sockets.bench.ts. */
function main(): void {
  collectDefaultMetrics();
  const server = createServer((_request, response) => void register.metrics().then((text) => response.end(text)));
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data as Buffer)));
  server.listen(Number(process.env['PORT']), '127.0.0.1', () => process.stdout.write('ready\n'));
  process.once('SIGTERM', () => process.exit(0));
}

main();
