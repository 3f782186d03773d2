// SPDX-License-Identifier: Apache-2.0
import { type Request, type RequestHandler, type Response, Router } from "express";
import type { ErrorCode } from "../../core/errors.js";
import { TallyError } from "../../core/errors.js";
import type { Refusal } from "../../domain/holders/index.js";
import { readJsonBody } from "../body/json-body.js";
import { copiesPage } from "../copies-page.js";
import type { HttpDependencies } from "../dependencies.js";
import { answerWithCopy } from "../issuing/answer-with-copy.js";
import { idempotencyKey } from "../issuing/idempotency-key.js";
import { limitRate } from "../middleware/rate-limit.js";
import { LINK } from "../openapi/operations/pick-up.js";
import { COPY_NUMBER_PATH } from "../openapi/parameters.js";
import { clearSessionCookie, sendSessionCookie, sessionCookie } from "../pick-up/session-cookie.js";
import { requestContext } from "../request-context.js";
import { checkPath } from "../validation/path-check.js";
import { schemaCheck } from "../validation/schema-check.js";
import { STRICT } from "./strict.js";

const checkLook = schemaCheck("LookRequest");
const checkOpen = schemaCheck("OpenRequest");
const checkCopy = schemaCheck("HoldersCopyRequest");

/** A request body of two short texts. */
const MOST_BYTES = 1_024;
/** Two texts of 60 characters and a date, however they are escaped. */
const MOST_COPY_BYTES = 2_048;

/** The holder's side of delivery. Whoever has no secret of a link learns nothing here, not even whether the link exists. */
export function pickUpRouter(deps: HttpDependencies): Router {
  const { pickUps, secureCookies, settings } = deps;
  const router = Router(STRICT);
  const path = checkPath([LINK]);
  const trying: RequestHandler[] = [limitRate(settings.pickUpsPerMinute, "pick-ups"), path];

  router.post("/v1/pick-up/:link/look", trying, async (req: Request, res: Response) => {
    const { value } = await readJsonBody(req, res, settings, MOST_BYTES);
    const { secret } = checkLook<{ secret: string }>(value);
    const look = await pickUps.look(requestContext(res), linkOf(req), secret);
    if (look.outcome === "refused") throw refusal(look.why);
    const { expiresAt, triesLeft } = look;
    res.json({ expiresAt, triesLeft });
  });

  router.post("/v1/pick-up/:link/open", trying, async (req: Request, res: Response) => {
    const { value } = await readJsonBody(req, res, settings, MOST_BYTES);
    const given = checkOpen<{ secret: string; code: string }>(value);
    const opened = await pickUps.open(requestContext(res), linkOf(req), given);
    if (opened.outcome === "refused") {
      if (opened.why === "code-wrong") res.setHeader("Pick-Up-Tries-Left", String(opened.triesLeft));
      throw refusal(opened.why);
    }
    sendSessionCookie(res, linkOf(req), opened.session, secureCookies);
    res.json(opened.licence);
  });

  router.get("/v1/pick-up/:link/licence", path, async (req: Request, res: Response) => {
    res.json(inSession(await pickUps.licence(requestContext(res), linkOf(req), sessionCookie(req))));
  });

  router.get("/v1/pick-up/:link/pdf", path, async (req: Request, res: Response) => {
    const file = inSession(await pickUps.download(requestContext(res), linkOf(req), sessionCookie(req)));
    res
      .attachment(`${file.name.zh}${file.isPending ? "（锚定中）" : ""}.pdf`)
      .type("application/pdf")
      .send(Buffer.from(file.pdf));
  });

  router.post("/v1/pick-up/:link/copies", trying, async (req: Request, res: Response) => {
    idempotencyKey(req);
    const { bytes, value } = await readJsonBody(req, res, settings, MOST_COPY_BYTES);
    const request = checkCopy<object>(value);
    const [visitor, link, secret] = [requestContext(res), linkOf(req), sessionCookie(req)];
    // Before the key is looked at: a stored answer is told in the session alone.
    if (!(await pickUps.hasSession(link, secret))) throw sessionOver();
    await answerWithCopy(req, res, deps, {
      bytes,
      make: async (number) => inSession(await pickUps.copy(visitor, link, { secret, request, number })),
      find: async (number) => inSession(await pickUps.findCopy(visitor, link, { secret, number })),
      locationOf: ({ copyNumber }) => `/v1/pick-up/${link}/copies/${copyNumber}/pdf`,
    });
  });

  router.get("/v1/pick-up/:link/copies", path, async (req: Request, res: Response) => {
    const asked = { secret: sessionCookie(req), page: copiesPage(req.query) };
    res.json(inSession(await pickUps.listCopies(requestContext(res), linkOf(req), asked)));
  });

  router.get(
    "/v1/pick-up/:link/copies/:number/pdf",
    checkPath([LINK, COPY_NUMBER_PATH]),
    async (req: Request, res: Response) => {
      const number = req.params.number as string;
      const file = { secret: sessionCookie(req), number };
      const pdf = inSession(await pickUps.downloadCopy(requestContext(res), linkOf(req), file));
      res.attachment(`加注件-${number}.pdf`).type("application/pdf").send(Buffer.from(pdf));
    },
  );

  router.post("/v1/pick-up/:link/close", path, async (req: Request, res: Response) => {
    await pickUps.close(linkOf(req), sessionCookie(req));
    clearSessionCookie(res, linkOf(req), secureCookies);
    res.status(204).end();
  });
  return router;
}

const linkOf = (req: Request): string => req.params.link as string;

const MESSAGES = {
  unknown: "there is no such link, or it is not whole; open it exactly as it was sent",
  "code-wrong": "the code is wrong",
  locked: "too many wrong codes; ask the agency for a new link",
  opened: "the link was used before; ask the agency for a new one",
  expired: "the link has expired; ask the agency for a new one",
  revoked: "the agency took the link back",
  superseded: "the agency has sent a newer link; use that one",
} satisfies Record<Refusal, string>;

function refusal(why: Refusal): TallyError {
  return new TallyError(`pick-up.${why}` satisfies ErrorCode, MESSAGES[why]);
}

/** Throws for the null that stands for no session. */
function inSession<T>(answer: T | null): T {
  if (answer === null) throw sessionOver();
  return answer;
}

function sessionOver(): TallyError {
  return new TallyError("pick-up.session-over", "there is no session for this link in this browser, or it is over");
}
