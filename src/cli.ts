#!/usr/bin/env node
/** The command line: see `heliosdb --help`. */
import './client/command-line.ts';
