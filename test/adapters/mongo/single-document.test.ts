// SPDX-License-Identifier: Apache-2.0
import { mongoCursorStore, mongoMirrorStore, mongoStatusIndexStore } from "../../../src/adapters/mongo/index.js";
import { mirrorStoreSuite } from "../mirror-store.suite.js";
import { statusIndexStoreSuite } from "../status-index-store.suite.js";
import { cursorStoreSuite } from "../watch-store.suite.js";
import { type Kind, useDatabase } from "./cluster.js";

const close = async (): Promise<void> => {};

// What one document can promise needs no transaction, so a standalone server is enough for it.
for (const kind of ["standalone", "replica-set-of-one"] satisfies Kind[]) {
  describe(`MongoDB, ${kind}`, () => {
    const scene = useDatabase(kind);

    describe("the store of cursors", () => {
      cursorStoreSuite(async () => ({ store: mongoCursorStore(scene().database), close }));
    });

    describe("the status index store", () => {
      statusIndexStoreSuite(async () => {
        const { database } = scene();
        return { store: mongoStatusIndexStore(database), another: mongoStatusIndexStore(database), close };
      });
    });

    describe("the mirror store", () => {
      mirrorStoreSuite(async () => ({ store: mongoMirrorStore(scene().database), close }));
    });
  });
}
