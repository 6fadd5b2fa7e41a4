/** Lets plain Node run the TypeScript of this repository: `node -r ./test/support/register.cjs file.ts`. */
const { transformSync } = require('@swc/core');
const { readFileSync } = require('node:fs');
const options = require('../../config/swc-options.cjs');

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { filename, ...options });
  module._compile(code, filename);
};
