/** Runs before a server whose answers are to be found wanting: now and then one becomes a bare 500. */
import { ServerResponse } from 'node:http';

const ONE_IN = 50;
let answers = 0;
const { writeHead } = ServerResponse.prototype;
ServerResponse.prototype.writeHead = function failing(status, ...rest) {
  answers += 1;
  const isStruck = (this.req?.originalUrl ?? '').startsWith('/odata/') && answers % ONE_IN === 0;
  return writeHead.call(this, isStruck ? 500 : status, ...rest);
};
