/** Preloaded into a process that is measured from outside: SIGUSR2 collects its garbage. Needs --expose-gc. */
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  globalThis.gc?.();
});
