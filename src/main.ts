#!/usr/bin/env node
import { runCli } from './cli.js';
import { processTerminal } from './cli/terminal.js';

process.exitCode = await runCli(process.argv, processTerminal);
