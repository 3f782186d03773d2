// SPDX-License-Identifier: Apache-2.0
import { openHardhat } from "./evm-client.js";
import { registrySuite } from "./registry.suite.js";

describe("Registry on Hardhat", () => registrySuite(openHardhat));
