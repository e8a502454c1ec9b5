/** Runs before the product: its clock jumps, back and forth, by hours to weeks, while timers run on. */
const RealDate = Date;
const MINUTE_MS = 60_000;
const JUMPS_MS = [0, 90, -90, 0, 60 * 24, -60 * 24, 0, 60 * 24 * 30, -60 * 24 * 30].map(
  (minutes) => minutes * MINUTE_MS,
);
const EVERY_MS = 3000;
let jump = 0;
setInterval(() => {
  jump = (jump + 1) % JUMPS_MS.length;
}, EVERY_MS).unref();
const now = () => RealDate.now() + (JUMPS_MS[jump] ?? 0);

globalThis.Date = new Proxy(RealDate, {
  construct: (target, values: unknown[], newTarget) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget) as Date,
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown)),
});
