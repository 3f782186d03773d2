// SPDX-License-Identifier: Apache-2.0
import { jsonRpcRegistry } from "../../src/verify/json-rpc.js";
import { registryAccessSuite } from "./registry-access.suite.js";

registryAccessSuite("plain JSON-RPC", jsonRpcRegistry);
