// SPDX-License-Identifier: Apache-2.0
import { Interface } from "ethers";
import { REGISTRY_ABI } from "./registry-abi.js";

/** Coder of the registry's calls, events and errors; parsed once. */
export const REGISTRY = new Interface(REGISTRY_ABI);
