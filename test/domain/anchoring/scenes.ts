// SPDX-License-Identifier: Apache-2.0
import { openScene, type Scene } from "./scene.js";

/** A scene over every store; the failure tables run on each. */
export const SCENES: Readonly<Record<string, () => Promise<Scene>>> = {
  SQLite: async () => openScene(),
};
