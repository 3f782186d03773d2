// Printed from src/adapters/mongo/schema.ts. Makes the role of the service in its database, or brings it up to date, and gives it to the service's user.
// An administrator runs it once for each database, and again before the first service of a newer version starts; repeating it changes nothing:
//   mongosh ‹URL› docs/mongodb-setup.js
// For a database that is not called tigertally, and a user who is not called as the database is:
//   MONGODB_DATABASE=‹name› MONGODB_USER=‹name› mongosh ‹URL› docs/mongodb-setup.js
{
  const database = process.env.MONGODB_DATABASE || "tigertally";
  const user = process.env.MONGODB_USER || database;
  const role = "tigertallyService";
  const privileges = [
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
    { resource: { db: database, collection: "sealCertificates" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "revocationLists" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "seals" }, actions: ["createCollection","createIndex","listIndexes","find","insert"] },
    { resource: { db: database, collection: "sealEntries" }, actions: ["createCollection","createIndex","listIndexes","find","insert","update","remove"] },
    { resource: { db: database, collection: "copies" }, actions: ["createCollection","createIndex","listIndexes","find","insert"] },
    { resource: { db: database, collection: "copyPlaces" }, actions: ["createCollection","createIndex","listIndexes","find","insert"] },
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
  ];
  const own = db.getSiblingDB(database);
  const admin = db.getSiblingDB("admin");
  own.getRole(role) === null ? own.createRole({ role, privileges, roles: [] }) : own.updateRole(role, { privileges, roles: [] });
  const roles = [{ role, db: database }];
  if (admin.getUser(user) !== null) {
    admin.grantRolesToUser(user, roles);
    print(`the user ${user} has the role ${role} of the database ${database}`);
  } else {
    print(`the role ${role} of the database ${database} is there, and no user ${user}: make one with`);
    print(`db.getSiblingDB("admin").createUser({ user: "${user}", pwd: passwordPrompt(), roles: ${JSON.stringify(roles)} })`);
  }

  // Only on a sharded cluster, before the first service starts:
  // sh.shardCollection(`${database}.certificates`, {"_id":"hashed"});
  // sh.shardCollection(`${database}.register`, {"agency":1,"number":1});
  // sh.shardCollection(`${database}.statusIndices`, {"_id":"hashed"});
  // sh.shardCollection(`${database}.holders`, {"_id":1});
  // sh.shardCollection(`${database}.batchTiles`, {"_id":"hashed"});
  // sh.shardCollection(`${database}.pickUpLinks`, {"_id":"hashed"});
  // sh.shardCollection(`${database}.pickUpOrders`, {"_id":"hashed"});
  // sh.shardCollection(`${database}.seals`, {"_id":1});
  // sh.shardCollection(`${database}.sealEntries`, {"_id":1});
  // sh.shardCollection(`${database}.copies`, {"_id":1});
  // sh.shardCollection(`${database}.copyPlaces`, {"_id":1});
  // sh.shardCollection(`${database}.idempotency`, {"_id":"hashed"});
  // sh.shardCollection(`${database}.auditEvents`, {"object":"hashed"});
  // sh.shardCollection(`${database}.mirroredTiles`, {"_id":"hashed"});
  // sh.shardCollection(`${database}.mirroredLeaves`, {"_id":1});
}
