// SPDX-License-Identifier: Apache-2.0
import type { Filter, UpdateFilter } from "mongodb";
import { TallyError } from "../../core/errors.js";
import type { Agency, AgencyStore } from "../../domain/agencies/index.js";
import type { AuditEvent } from "../../domain/audit/index.js";
import type { MongoDatabase } from "./database.js";
import type { AgencyDocument } from "./documents.js";
import { withWords } from "./failures.js";

export function mongoAgencyStore(database: MongoDatabase): AgencyStore {
  const agencies = database.collection("agencies");

  /** Appends the event when the update found something to change, in one transaction. */
  const updateOnce = (
    filter: Filter<AgencyDocument>,
    update: UpdateFilter<AgencyDocument>,
    event: AuditEvent,
  ): Promise<boolean> =>
    database.logged(async (write) => {
      const { matchedCount } = await agencies.updateOne(filter, update, { session: write.session });
      if (matchedCount > 0) write.append(event);
      return matchedCount > 0;
    });

  return withWords("agencies", {
    addAgency: ({ code, ...agency }, event) =>
      database.logged(async (write) => {
        const { session } = write;
        const taken = await agencies.findOne({ $or: [{ _id: code }, { did: agency.did }] }, { session });
        if (taken !== null) return false;
        await write.insert("agencies", [{ _id: code, ...agency, types: [] }]);
        write.append(event);
        return true;
      }),

    setKey: (code, keyDigest, event) => updateOnce({ _id: code }, { $set: { keyDigest } }, event),

    setSuspended: (code, suspended, event) =>
      updateOnce({ _id: code, suspended: !suspended }, { $set: { suspended } }, event),

    async findAgency(code) {
      const agency = await agencies.findOne({ _id: code });
      return agency === null ? null : agencyOf(agency);
    },

    async listAgencies() {
      return (await agencies.find().sort({ _id: 1 }).toArray()).map(agencyOf);
    },

    async authorise(code, typeCode, event) {
      const done = await updateOnce({ _id: code, types: { $ne: typeCode } }, { $push: { types: typeCode } }, event);
      if (!done && (await agencies.findOne({ _id: code })) === null)
        throw new TallyError("store.failed", `there is no agency ${code} to authorise`);
      return done;
    },

    withdraw: (code, typeCode, event) =>
      updateOnce({ _id: code, types: typeCode }, { $pull: { types: typeCode } }, event),

    async isAuthorised(code, typeCode) {
      return (await agencies.findOne({ _id: code, types: typeCode }, { projection: { _id: 1 } })) !== null;
    },

    async authorisedTypes(code) {
      return [...((await agencies.findOne({ _id: code }))?.types ?? [])].sort();
    },
  } satisfies AgencyStore);
}

function agencyOf({ _id: code, name, region, areaCode, did, keyDigest, suspended }: AgencyDocument): Agency {
  return { code, name, region, areaCode, did, keyDigest, suspended };
}
