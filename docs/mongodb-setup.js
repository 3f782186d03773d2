// Printed from src/adapters/mongo/schema.ts. In mongosh, as an administrator: load("docs/mongodb-setup.js")
const database = "tigertally";

const admin = db.getSiblingDB("admin");
const name = "tigertallyService";
const role = {
  roles: [],
  privileges: [
    { resource: { db: database, collection: "" }, actions: ["listCollections"] },
    { resource: { db: database, collection: "certificates" }, actions: ["createCollection","createIndex","listIndexes","find","insert"] },
    { resource: { db: database, collection: "register" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "statusIndices" }, actions: ["createCollection","createIndex","listIndexes","find","insert"] },
    { resource: { db: database, collection: "holders" }, actions: ["createCollection","createIndex","listIndexes","find","insert"] },
    { resource: { db: database, collection: "outbox" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "batches" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "batchTiles" }, actions: ["createCollection","createIndex","listIndexes","find","insert"] },
    { resource: { db: database, collection: "leases" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "counters" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "statusIndexKeys" }, actions: ["createCollection","createIndex","listIndexes","find","insert"] },
    { resource: { db: database, collection: "statusChanges" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove","changeStream"] },
    { resource: { db: database, collection: "typeDefinitions" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "agencies" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "apiTokens" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "pickUpLinks" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "pickUpOrders" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "idempotency" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "auditEvents" }, actions: ["createCollection","createIndex","listIndexes","find","insert"] },
    { resource: { db: database, collection: "auditHashes" }, actions: ["createCollection","createIndex","listIndexes","find","insert"] },
    { resource: { db: database, collection: "mirroredBatches" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "mirroredTiles" }, actions: ["createCollection","createIndex","listIndexes","find","insert"] },
    { resource: { db: database, collection: "mirroredLeaves" }, actions: ["createCollection","createIndex","listIndexes","find","insert"] },
    { resource: { db: database, collection: "mirroredTypes" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "cursors" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "alarms" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "deployment" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
  ],
};
// A newer version may need more collections: load this again before the first service of that version starts.
admin.getRole(name) === null ? admin.createRole({ role: name, ...role }) : admin.updateRole(name, role);
// db.getSiblingDB("admin").createUser({ user: "tigertally", pwd: passwordPrompt(), roles: ["tigertallyService"] });

// Only on a sharded cluster, before the first service starts:
// sh.shardCollection(`${database}.certificates`, {"_id":"hashed"});
// sh.shardCollection(`${database}.register`, {"agency":1,"number":1});
// sh.shardCollection(`${database}.statusIndices`, {"_id":"hashed"});
// sh.shardCollection(`${database}.holders`, {"_id":1});
// sh.shardCollection(`${database}.batchTiles`, {"_id":"hashed"});
// sh.shardCollection(`${database}.pickUpLinks`, {"_id":"hashed"});
// sh.shardCollection(`${database}.pickUpOrders`, {"_id":"hashed"});
// sh.shardCollection(`${database}.idempotency`, {"_id":"hashed"});
// sh.shardCollection(`${database}.auditEvents`, {"object":"hashed"});
// sh.shardCollection(`${database}.mirroredTiles`, {"_id":"hashed"});
// sh.shardCollection(`${database}.mirroredLeaves`, {"_id":1});
