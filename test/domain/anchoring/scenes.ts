// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import {
  type MongoDatabase,
  mongoAlarmStore,
  mongoAnchoringStore,
  mongoAuditStore,
  mongoCertificateStore,
  mongoCursorStore,
  mongoStatusQueue,
  openMongo,
} from "../../../src/adapters/mongo/index.js";
import { REGION } from "../../adapters/issued.js";
import { useDatabase } from "../../adapters/mongo/cluster.js";
import type { FakeChain } from "./fake-chain.js";
import { openScene, type Scene, type SceneStores, sceneOver } from "./scene.js";

/** Called inside a `describe`; what it gives opens an empty scene, one at a time. */
export type UseScenes = () => () => Promise<Scene>;

/** A scene over every store; the failure tables run on each. */
export const SCENES: Readonly<Record<string, UseScenes>> = {
  SQLite: () => async () => openScene(),
  MongoDB: () => {
    const store = useDatabase("replica-set-of-one");
    return async () => sceneOver({ ...mongoSceneStores(store().database), close: () => {} });
  },
};

/** A store that several processes open. */
export interface SharedStore {
  /** Called inside a `describe`; what it gives says where the store is, an empty one for each test, in a folder of the test's own. */
  usePlace(): (folder: string) => string;
  open(place: string, chain: FakeChain): Promise<Scene>;
}

export const SHARED_STORES: Readonly<Record<string, SharedStore>> = {
  SQLite: {
    usePlace: () => (folder) => join(folder, "store.db"),
    open: async (place, chain) => openScene(place, chain),
  },
  MongoDB: {
    usePlace() {
      const store = useDatabase("replica-set-of-one");
      return () => store().url;
    },
    open: async (url, chain) => sceneOver(mongoSceneStores(await openMongo({ url, region: REGION })), chain),
  },
};

function mongoSceneStores(database: MongoDatabase): SceneStores {
  return {
    store: {
      ...mongoAnchoringStore(database),
      ...mongoStatusQueue(database),
      ...mongoAlarmStore(database),
      ...mongoCursorStore(database),
    },
    certificates: mongoCertificateStore(database),
    audit: mongoAuditStore(database),
    close: () => database.close(),
  };
}
