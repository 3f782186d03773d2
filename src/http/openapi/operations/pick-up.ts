// SPDX-License-Identifier: Apache-2.0
import {
  answer,
  BODY_PROBLEMS,
  body,
  bytes,
  json,
  type Operation,
  type Parameter,
  type Paths,
  PUBLIC,
  problems,
  TOKEN_PROBLEMS,
} from "../operation.js";
import { COPIES_QUERY, COPY_NUMBER_PATH, ID, IDEMPOTENCY_KEY } from "../parameters.js";
import { LINK_ID } from "../schemas/pick-up.js";

const tags = ["delivery"];

export const LINK: Parameter = { name: "link", in: "path", required: true, schema: LINK_ID };

const IN_SESSION = "For the browser that opened the link, by its cookie, until its session ends.";

const inSession = (operationId: string, summary: string, success: Record<string, object>): Operation => ({
  operationId,
  tags,
  summary,
  description: IN_SESSION,
  ...PUBLIC,
  parameters: [LINK],
  responses: { ...success, ...problems(400, 403) },
});

const REPLAYED = { "Idempotency-Replayed": "`true` when this is the stored answer to the same request." };

export const PICK_UP_PATHS: Paths = {
  "/v1/certificates/{id}/pick-up-links": {
    get: {
      operationId: "listPickUpLinks",
      tags,
      summary: "Links of a certificate with their state, oldest first",
      parameters: [ID],
      responses: { "200": answer("The links.", json("PickUpLinks")), ...problems(400, ...TOKEN_PROBLEMS, 404) },
    },
    post: {
      operationId: "sendPickUpLink",
      tags,
      summary: "A new link for the holder; the older ones are void",
      description: "With an Idempotency-Key a repeat tells the same link again.",
      parameters: [ID, IDEMPOTENCY_KEY],
      requestBody: body(json("SendLinkRequest")),
      responses: {
        "201": answer("The link and its code.", json("PickUpLink"), { Location: "Path of the links.", ...REPLAYED }),
        ...problems(...BODY_PROBLEMS, ...TOKEN_PROBLEMS, 404, 409, 422),
      },
    },
  },
  "/v1/certificates/{id}/pick-up-links/{link}/revoke": {
    post: {
      operationId: "revokePickUpLink",
      tags,
      summary: "Take a link back; whoever has opened it sees nothing more",
      parameters: [ID, LINK],
      responses: {
        "200": answer("The link in its state.", json("PickUpLinkSummary")),
        ...problems(400, ...TOKEN_PROBLEMS, 404),
      },
    },
  },
  "/v1/pick-up/{link}/look": {
    post: {
      operationId: "lookAtPickUpLink",
      tags,
      summary: "Whether a link can be opened; uses nothing up",
      ...PUBLIC,
      parameters: [LINK],
      requestBody: body(json("LookRequest")),
      responses: {
        "200": answer("It can be opened with its code.", json("LinkStanding")),
        ...problems(...BODY_PROBLEMS, 403, 404, 410),
      },
    },
  },
  "/v1/pick-up/{link}/open": {
    post: {
      operationId: "openPickUpLink",
      tags,
      summary: "Open a link with its code, once",
      description:
        "Sets a cookie for this link, with which the licence is shown and downloaded until `sessionEndsAt`. A wrong code is " +
        "`pick-up.code-wrong`, with the header `Pick-Up-Tries-Left`; after the last one the link is locked.",
      ...PUBLIC,
      parameters: [LINK],
      requestBody: body(json("OpenRequest")),
      responses: {
        "200": answer("The licence.", json("HolderLicence")),
        ...problems(...BODY_PROBLEMS, 403, 404, 410),
      },
    },
  },
  "/v1/pick-up/{link}/licence": {
    get: inSession("getPickedUpLicence", "The licence with its state as of now", {
      "200": answer("The licence.", json("HolderLicence")),
    }),
  },
  "/v1/pick-up/{link}/pdf": {
    get: inSession("downloadPickedUpLicence", "The PDF as of now, marked 锚定中 until it is anchored", {
      "200": answer("The file.", bytes("application/pdf")),
    }),
  },
  "/v1/pick-up/{link}/copies": {
    post: {
      operationId: "makePickedUpCopy",
      tags,
      summary: "Make a reader's copy 加注件 of the licence for a user, a matter and a period that the holder names",
      description: `${IN_SESSION} Made in the name of the agency, at most 200 of a licence; the signed cause says that the holder made it.`,
      ...PUBLIC,
      parameters: [LINK, IDEMPOTENCY_KEY],
      requestBody: body(json("HoldersCopyRequest")),
      responses: {
        "201": answer("Made.", json("Copy"), { Location: "Path of its file.", ...REPLAYED }),
        ...problems(...BODY_PROBLEMS, 403, 409, 422),
      },
    },
    get: {
      ...inSession("listPickedUpCopies", "The readers' copies of the licence, whoever made them, in order of making", {
        "200": answer("A page.", json("CopyPage")),
      }),
      parameters: [LINK, ...COPIES_QUERY.parameters],
    },
  },
  "/v1/pick-up/{link}/copies/{number}/pdf": {
    get: {
      ...inSession("downloadPickedUpCopy", "The file of a reader's copy of the licence", {}),
      parameters: [LINK, COPY_NUMBER_PATH],
      responses: { "200": answer("The file.", bytes("application/pdf")), ...problems(400, 403, 404, 422) },
    },
  },
  "/v1/pick-up/{link}/close": {
    post: {
      operationId: "closePickUp",
      tags,
      summary: "End the session, e.g. on a shared computer",
      ...PUBLIC,
      parameters: [LINK],
      responses: { "204": { description: "There is no session any more." }, ...problems(400) },
    },
  },
};
