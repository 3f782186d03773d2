// SPDX-License-Identifier: Apache-2.0
import { portableCrypto } from "../../src/core/portable-crypto.js";
import { describeCrypto } from "./crypto.suite.js";

describeCrypto("portableCrypto", portableCrypto);
