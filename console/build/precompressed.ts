import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);
const TEXT = /\.(?:js|css|svg)$/;

/** Lays `.br` and `.gz` beside each file of text: the service sends them as they are, and compresses nothing itself. */
export function precompressed(): Plugin {
  return {
    name: 'precompressed',
    apply: 'build',
    // Last of all: what other plugins still change would be another file.
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const files = Object.values(bundle).filter(({ fileName }) => TEXT.test(fileName));
        for (const file of files) {
          const source = Buffer.from(file.type === 'chunk' ? file.code : file.source);
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.br`, source: await brotli(source) });
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.gz`, source: await zip(source) });
        }
      },
    },
  };
}
