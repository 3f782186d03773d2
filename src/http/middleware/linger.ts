// SPDX-License-Identifier: Apache-2.0
import type { RequestHandler } from "express";

/**
 * When a request is answered before its body has been read (refused, mostly), the rest is read and thrown away for a
 * while: closing at once would reset the connection and the client would never see why. After `lingerMs` it is cut off.
 */
export function lingerBriefly(lingerMs: number): RequestHandler {
  return (req, res, next) => {
    res.once("finish", () => {
      if (req.complete) return;
      const { socket } = req;
      const timer = setTimeout(() => socket.destroy(), lingerMs);
      const stop = (): void => clearTimeout(timer);
      req.once("end", stop).once("close", stop);
      req.resume();
    });
    next();
  };
}
