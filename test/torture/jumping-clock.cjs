'use strict';
// Loaded into a service before all else: at SIGUSR2 its clock jumps, an hour ahead and, the next time, back.
const HOUR_MS = 3_600_000;
const RealDate = Date;
let offsetMs = 0;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + offsetMs);
    else super(...args);
  }

  static now() {
    return RealDate.now() + offsetMs;
  }
};

process.on('SIGUSR2', () => {
  offsetMs = offsetMs === 0 ? HOUR_MS : 0;
});
