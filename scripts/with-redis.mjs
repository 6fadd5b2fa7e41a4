// Runs a command with a redis-server of its own: node scripts/with-redis.mjs npm run replay -- FILE
// The server listens on a free loopback port and keeps nothing; the command finds it in STORE and REDIS_URL.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TIMEOUT_MS = 10_000;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(port) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const socket = connect(port, '127.0.0.1');
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (connected) return;
    await sleep(20);
  }
  throw new Error(`redis-server did not listen on port ${port} within ${START_TIMEOUT_MS} ms.`);
}

const port = await freePort();
const server = spawn(
  'redis-server',
  ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
  {
    stdio: 'ignore',
  },
);
server.once('error', (error) => {
  console.error(`redis-server could not be started: ${error.message}`);
  process.exit(1);
});
await listening(port);
const [command, ...args] = process.argv.slice(2);
const env = { ...process.env, STORE: 'redis', REDIS_URL: `redis://127.0.0.1:${port}` };
const child = spawn(command, args, { stdio: 'inherit', env });
const [code] = await once(child, 'exit');
server.kill('SIGKILL');
process.exit(code ?? 1);
