// The console is tested in a real browser.
import { ensureProgram } from './ensure-program.mjs';

if (!process.env.TEST_CHROMIUM) {
  ensureProgram({
    program: 'chromium',
    // In the order in which test/console/chromium.ts looks for them.
    commands: ['chromium', 'chromium-browser', 'google-chrome'],
    packages: { 'apt-get': 'chromium', dnf: 'chromium', apk: 'chromium' },
    otherwise: 'set TEST_CHROMIUM to the path of one',
  });
}
