#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The `tally` command.
import { runCommand } from "./run-command.js";

process.exitCode = await runCommand(process.argv.slice(2));
