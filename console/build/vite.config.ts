import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompressed } from './precompressed';
import { themeVariables } from './theme-variables';

/** Where the service answers while the console is developed. */
const SERVICE = 'http://127.0.0.1:3000';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  base: '/console/',
  plugins: [react(), themeVariables(), precompressed()],
  build: {
    target: 'es2022',
    // Whatever is inlined would need a `data:` source that the Content-Security-Policy does not allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': { target: SERVICE, ws: true } } },
});
