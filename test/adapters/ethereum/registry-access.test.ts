// SPDX-License-Identifier: Apache-2.0
import { ethersRegistry } from "../../../src/adapters/ethereum/registry-access.js";
import { registryAccessSuite } from "../../verify/registry-access.suite.js";

registryAccessSuite("ethers", ethersRegistry);
