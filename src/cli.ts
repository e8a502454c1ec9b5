/** The command line: every command takes every setting as a flag, beside the environment and the configuration file. */
import { Command, CommanderError, Option } from 'commander';
import type { Observe } from './observe/observation.js';
import {
  printConfig,
  printExplanation,
  printKey,
  printMetadata,
  printPasswordHash,
  type ExplainOptions,
} from './cli/print.js';
import type { Terminal } from './cli/terminal.js';
import { loadConfig } from './config/load-config.js';
import { environmentName, flagName } from './config/setting.js';
import { SETTING_NAMES, settingOf, type SettingName, type Settings } from './config/settings.js';
import { asFeedError, ERRORS, type FeedError } from './errors.js';
import { createLog } from './observe/log.js';

/** Exit code of a command line that cannot be understood (sysexits.h: EX_USAGE). */
const USAGE = 64;

// Loaded when asked for: the service host, Express and MSAL take a second, which --help and explain need not wait for.
const check: SettingsCommand = async (settings, log, terminal) =>
  (await import('./cli/check.js')).check(settings, log, terminal);
const refresh: SettingsCommand = async (settings, log, terminal) =>
  (await import('./cli/refresh.js')).refresh(settings, log, terminal);
const serve: SettingsCommand = async (...given) => (await import('./cli/serve.js')).serve(...given);

type SettingsCommand = (
  settings: Settings,
  log: Observe,
  terminal: Terminal,
  load: () => Settings,
) => Promise<number>;

/**
 * Runs one command line.
 * @param argv as `process.argv`
 * @returns the exit code; never throws
 */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : USAGE;
    return reportError(thrown, terminal);
  }
}

function reportError(thrown: unknown, terminal: Terminal): number {
  const error = asFeedError(thrown);
  terminal.warn(`${error.code}: ${error.message}`);
  terminal.warn(`→ ${error.hint}`);
  if (error.code === 'INTERNAL' && error.cause instanceof Error) terminal.warn(error.cause.stack ?? '');
  return isOfTheUrl(error) ? USAGE : error.exitCode;
}

/** Codes that only readers of a feed meet have no exit code: here the URL of `explain` is wrong. */
function isOfTheUrl({ code }: FeedError): boolean {
  return !('exitCode' in ERRORS[code]);
}

function createProgram(terminal: Terminal, exitWith: (code: number) => void): Command {
  const program = new Command('discovery-feed')
    .description(
      'Serves Microsoft Defender for Cloud Apps discovery data as an OData v4 feed for Power BI and Excel.',
    )
    .showHelpAfterError('(discovery-feed --help lists the commands)')
    .exitOverride()
    .addHelpText('after', EXAMPLES);
  const withSettings = (name: string, description: string, run: SettingsCommand) => {
    const command = program.command(name).description(description).exitOverride();
    addSettingFlags(command).action(async (flags: Record<string, unknown>) => {
      const load = () => loadConfig({ flags });
      const settings = load();
      for (const warning of settings.warnings) terminal.warn(`Warning: ${warning}`);
      exitWith(await run(settings, createLog(logLevel(settings, terminal)), terminal, load));
    });
  };
  withSettings(
    'serve',
    'Poll on schedule and serve the feed; without credentials, a built-in sample tenant.',
    serve,
  );
  withSettings('refresh', 'Poll once, publish, and end; the exit code tells how it went.', refresh);
  withSettings('check', 'Check configuration, sign-in, permission, Graph and store; say what to do.', check);
  withSettings('config', 'Print what is in force and where it comes from, secrets masked.', printConfig);
  addPlainCommands(program, terminal);
  return program;
}

/** Without the $ of $filter, which shells take for a variable within double quotes; OData 4.01 reads both. */
const EXAMPLES = `
Examples:
  $ discovery-feed serve                      the sample tenant at http://localhost:4004/odata/
  $ discovery-feed serve --apps 5000          a larger one
  $ discovery-feed check                      is everything right for your own tenant?
  $ discovery-feed explain "DiscoveredApps?filter=riskScore lt 4"

Every setting can be given in the environment too (PAGE_SIZE for --page-size): see docs/settings.md.`;

function addPlainCommands(program: Command, terminal: Terminal): void {
  program
    .command('explain')
    .description('Show how a URL of the feed is parsed, bound and planned.')
    .argument('<url>', 'whole, or the part after /odata/')
    .option('--reader <names>', 'as this reader with grants sees it: key:power-bi, or role:Feed.Read,group:…')
    .option('--config <path>', 'configuration file with the grants')
    .action((url: string, options: ExplainOptions) => {
      printExplanation(url, options, terminal);
    });
  program
    .command('metadata')
    .description('Print $metadata as XML.')
    .action(() => {
      printMetadata(terminal);
    });
  program
    .command('hash-password')
    .description('Read a password from standard input and print its hash for BASIC_USERS.')
    .action(() => printPasswordHash(terminal));
  program
    .command('create-key')
    .description('Make an API key and print it once, with its entry for API_KEYS.')
    .argument('[name]', 'what the key is for', 'power-bi')
    .action((name: string) => {
      printKey(name, terminal);
    });
}

function addSettingFlags(command: Command): Command {
  for (const name of SETTING_NAMES) {
    const { only, secret, fromFile, shortFlag, help } = settingOf(name);
    if (only === 'file') continue;
    const flag = flagName(name);
    const [first, ...others] = shortFlag === undefined ? [flag] : [shortFlag, flag];
    const value = `${help}${shownDefault(name)}`;
    // A secret as a flag is taken only to be refused with the reason and the way that is right: see config/names.ts.
    addFlag(command, `--${first} <value>`, secret === true ? undefined : value);
    for (const other of others) addFlag(command, `--${other} <value>`, undefined);
    if (fromFile === true)
      addFlag(command, `--${flag}-file <path>`, `File that holds ${environmentName(name)}.`);
  }
  return command;
}

/** @param help undefined: it works, and is not shown */
function addFlag(command: Command, flag: string, help: string | undefined): void {
  const option = new Option(flag, help);
  // commander takes --no-proxy for the opposite of --proxy; ours are all names of settings.
  option.negate = false;
  command.addOption(option.hideHelp(help === undefined));
}

function shownDefault(name: SettingName): string {
  const { type, default: byDefault } = settingOf(name);
  const shown = byDefault === undefined ? '' : String(type.show(byDefault));
  return shown === '' ? '' : ` (default ${shown})`;
}

/** A person who watches wants the greeting, not a stream of JSON: warnings only, unless a level was asked for. */
function logLevel(settings: Settings, terminal: Terminal): Settings['logLevel'] {
  return terminal.isWatched && settings.sources.logLevel === 'default' ? 'warn' : settings.logLevel;
}
