/** nginx and Caddy as a machine has them, with the configurations of deploy/, in front of a feed. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A proxy that runs. */
export interface RunningProxy {
  /** `https://localhost:<port>` */
  readonly origin: string;
  /** The certificate that it shows, PEM. */
  readonly certificate: string;
  /** All that it has logged. */
  readonly logged: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Where things are for one run. */
interface Place {
  readonly folder: string;
  readonly port: number;
  readonly upstream: string;
  readonly certificate: string;
  readonly key: string;
}

/** How a program is pointed at one run: its arguments, after its configuration was written. */
type Prepare = (
  place: Place,
) => Promise<{ readonly args: readonly string[]; readonly env?: NodeJS.ProcessEnv }>;

/** The proxies, by the name of their program. */
export const PROXIES: Readonly<Record<'nginx' | 'caddy', Prepare>> = {
  async nginx({ folder, port, upstream, certificate, key }) {
    const ours = swap(await readFile('deploy/nginx/discovery-feed.conf', 'utf8'), [
      ['listen 443 ssl http2;', `listen 127.0.0.1:${port} ssl http2;`],
      ['listen [::]:443 ssl http2;', ''],
      ['/etc/ssl/feed.contoso.com.crt', certificate],
      ['/etc/ssl/feed.contoso.com.key', key],
      ['http://127.0.0.1:4004', upstream],
      ['server_name feed.contoso.com;', 'server_name localhost;'],
      ['/var/log/nginx/discovery-feed.log', logOf(folder)],
    ]);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    const paths = temporary.map((name) => `${name}_temp_path ${join(folder, name)};`).join('\n');
    const whole = `daemon off;\npid ${join(folder, 'pid')};\nerror_log stderr;\nevents {}\nhttp {\n${paths}\n${ours}}\n`;
    await writeFile(join(folder, 'nginx.conf'), whole);
    return { args: ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')] };
  },
  async caddy({ folder, port, upstream, certificate, key }) {
    // What stands between the braces of the site is ours; the address and the certificate are those of the test.
    const ours = swap(await readFile('deploy/caddy/Caddyfile', 'utf8'), [
      [
        '{$FEED_HOST:feed.contoso.com} {',
        `https://localhost:${port} {\n\tbind 127.0.0.1\n\ttls ${certificate} ${key}`,
      ],
      ['{\n\t# The feed logs', '{\n\tadmin off\n\tauto_https disable_redirects\n\t# The feed logs'],
    ]);
    const file = join(folder, 'Caddyfile');
    await writeFile(file, ours);
    const env = {
      ...process.env,
      HOME: folder,
      XDG_DATA_HOME: folder,
      XDG_CONFIG_HOME: folder,
      FEED_UPSTREAM: new URL(upstream).host,
    };
    return { args: ['run', '--config', file, '--adapter', 'caddyfile'], env };
  },
};

/** Whether a program is on this machine. */
export function has(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Starts a proxy in front of a feed at `upstream` (http), and waits until it listens. */
export async function startProxy(name: keyof typeof PROXIES, upstream: string): Promise<RunningProxy> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  await mkdir(join(folder, 'logs'));
  const pair = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
  const [certificate, key] = [join(folder, 'feed.crt'), join(folder, 'feed.key')];
  await Promise.all([writeFile(certificate, pair.cert), writeFile(key, pair.private)]);
  const port = await freePort();
  const { args, env } = await PROXIES[name]({ folder, port, upstream, certificate, key });
  const child = spawn(name, args, { stdio: ['ignore', 'ignore', 'pipe'], env: env ?? process.env });
  let said = '';
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  await listening(child, port, () => `${name}: ${said}`);
  const logged = async () => said + (await readFile(logOf(folder), 'utf8').catch(() => ''));
  const close = async () => {
    child.kill('SIGTERM');
    await once(child, 'close');
    await rm(folder, { recursive: true, force: true });
  };
  return { origin: `https://localhost:${port}`, certificate: pair.cert, logged, close };
}

/** The log of errors that nginx's configuration names, in a folder for one run. */
function logOf(folder: string): string {
  return join(folder, 'logs', 'error.log');
}

/** Every part must be there: a configuration that has changed must not be tested by halves. */
function swap(text: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`The configuration has no ${from}`);
    return changed.replaceAll(from, to);
  }, text);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(child: ChildProcess, port: number, said: () => string): Promise<void> {
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}. ${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
