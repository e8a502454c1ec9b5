/**
 * Lists what was skipped and why (a skipped test's title says it), and fails the run when reference data was given and a
 * test still skipped for lack of it.
 */
const REFERENCE_DATA = ['ODATA_TEST_DATA', 'PBI_SCHEMAS', 'POWER_QUERY_REQUESTS'];

export default class SkipReporter {
  #lacking = [];

  onRunComplete(_contexts, { testResults, numPassedTests, numFailedTests }) {
    const all = testResults.flatMap(({ testResults: tests }) => tests);
    const skipped = all.filter(({ status }) => status === 'pending').map(({ fullName }) => fullName);
    const pending = all.filter(({ status }) => status === 'todo').map(({ fullName }) => fullName);
    console.log(`\nSkipped: ${skipped.length}${skipped.map((name) => `\n  ${name}`).join('')}`);
    console.log(`To do: ${pending.length}${pending.map((name) => `\n  ${name}`).join('')}`);
    this.#lacking = skipped.filter((name) =>
      REFERENCE_DATA.some((variable) => process.env[variable] !== undefined && name.includes(variable)),
    );
    console.log(`\n${numPassedTests} passed, ${numFailedTests} failed, ${skipped.length} skipped`);
  }

  getLastError() {
    if (this.#lacking.length === 0) return undefined;
    return new Error(
      `Reference data was given, yet these tests skipped for lack of it: ${this.#lacking.join('; ')}`,
    );
  }
}
