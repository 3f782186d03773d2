// SPDX-License-Identifier: Apache-2.0
import { Interface, id } from "ethers";
import { logReader } from "./log-reader.js";
import { REGISTRY_ABI } from "./registry-abi.js";

/** Coder of the registry's calls, events and errors; parsed once. */
export const REGISTRY = new Interface(REGISTRY_ABI);

/** Name and arguments of a log of the registry; null for any other. */
export const readRegistryLog = logReader(REGISTRY);

/** Of those who may veto; the governor gives and takes it. */
export const GUARDIAN_ROLE = id("GUARDIAN_ROLE");
