/** Stands for the file of the template threads in tests: threads are plain Node, which can't read TypeScript itself. */
require('./register.cjs');
module.exports = require('../../src/session-agents/prompts/template-worker.ts');
