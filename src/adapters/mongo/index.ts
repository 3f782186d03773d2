// SPDX-License-Identifier: Apache-2.0

export { mongoAgencyStore } from "./agency-store.js";
export { mongoAnchoringStore } from "./anchoring-store.js";
export { mongoApiTokenStore } from "./api-token-store.js";
export { mongoAuditStore } from "./audit-store.js";
export { mongoCatalogueStore } from "./catalogue-store.js";
export { mongoCertificateStore } from "./certificate-store.js";
export { mongoCopyStore } from "./copy-store.js";
export type { MongoDatabase } from "./database.js";
export { mongoIdempotencyStore } from "./idempotency-store.js";
export { mongoMirrorStore } from "./mirror-store.js";
export { openMongo } from "./open.js";
export { mongoPickUpStore } from "./pick-up-store.js";
export { mongoRestorationStore } from "./restoration-store.js";
export { mongoSealStore } from "./seal-store.js";
export { mongoStatusIndexStore } from "./status-index-store.js";
export { mongoStatusNews } from "./status-news.js";
export { mongoStatusQueue } from "./status-queue.js";
export { mongoStoredRecords } from "./stored-records.js";
export { mongoAlarmStore, mongoCursorStore } from "./watch-store.js";
