#!/usr/bin/env node
import { runCli } from './cli.js';
import { processTerminal } from './cli/terminal.js';
import { boundHeap } from './heap.js';

boundHeap();
process.exitCode = await runCli(process.argv, processTerminal);
