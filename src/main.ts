#!/usr/bin/env node
import { runCli } from './cli.js';
import { processTerminal } from './cli/terminal.js';
import { keepHeapSmall } from './heap.js';

keepHeapSmall();
process.exitCode = await runCli(process.argv, processTerminal);
