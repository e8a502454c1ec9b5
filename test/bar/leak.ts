/** Runs before the product, and leaks: what rows about memory have to notice. */
const LEAK_BYTES = 8 * 1024 * 1024;
const AT_MOST = 80;
const leaked: Buffer[] = [];
setInterval(() => {
  if (leaked.length < AT_MOST) leaked.push(Buffer.alloc(LEAK_BYTES, 1));
}, 100).unref();
