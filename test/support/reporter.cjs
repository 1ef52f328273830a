/** Mocha's spec reporter, with a last line that programs can read: `N passed, N failed, N skipped`. */
const { reporters, Runner } = require('mocha');

class WithTotals extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
    });
  }
}

module.exports = WithTotals;
