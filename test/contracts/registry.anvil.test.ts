// SPDX-License-Identifier: Apache-2.0
import { anvilBinary, openAnvil } from "./evm-client.js";
import { registrySuite } from "./registry.suite.js";

const binary = anvilBinary();

// npm has anvil for the usual platforms; elsewhere the suite is skipped by name.
if (binary === null) describe.skip("Registry on anvil", () => it("is not tested: anvil is not installed"));
else describe("Registry on anvil", () => registrySuite(() => openAnvil(binary)));
