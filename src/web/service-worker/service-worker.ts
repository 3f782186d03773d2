// SPDX-License-Identifier: Apache-2.0

/** Written by the build: the page's own files, whenever it loads them, and those of the code reader, which only some browsers need. */
declare const __BUILD__: {
  readonly version: string;
  readonly files: readonly string[];
  readonly later: readonly string[];
};

const scope = globalThis as unknown as ServiceWorkerGlobalScope;

const FILES = `tally-files-${__BUILD__.version}`;
/** Public type definitions, which never change under their address: labels for the time without a connection. */
const TYPES = "tally-types";
const PAGE = "/v";
/** A connection that is up but does not carry anything is no connection. */
const PATIENCE_MS = 3_000;

scope.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(FILES);
      // The page's files are named after their content, so what the browser has already need not travel again.
      await cache.addAll(__BUILD__.files);
      await scope.skipWaiting();
    })(),
  );
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const known = await caches.keys();
      await Promise.all(
        known.filter((name) => name.startsWith("tally-files-") && name !== FILES).map((name) => caches.delete(name)),
      );
      await scope.clients.claim();
    })(),
  );
});

/** The page says when it has nothing else to do, and whether this browser needs the code reader at all. */
scope.addEventListener("message", ({ data }) => {
  if (data === "keep-code-reader")
    void caches.open(FILES).then((cache) => Promise.allSettled(__BUILD__.later.map((path) => keepOnce(cache, path))));
});

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== scope.location.origin) return;
  if (request.mode === "navigate" && pathname === PAGE) event.respondWith(pageNewFirst(request));
  else if (pathname.startsWith("/assets/") || pathname === "/icon.svg") event.respondWith(keptFirst(request));
  else if (/^\/v1\/types\/[^/]+\/\d+$/.test(pathname)) event.respondWith(keptFirst(request, TYPES));
});

async function pageNewFirst(request: Request): Promise<Response> {
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.ok) return response;
  } catch {
    // Below.
  }
  return (await caches.match(PAGE, { cacheName: FILES })) ?? Response.error();
}

/** What never changes under its address. */
async function keptFirst(request: Request, into?: string): Promise<Response> {
  const known = await caches.match(request);
  if (known !== undefined) return known;
  const response = await fetch(request);
  if (into !== undefined && response.ok) {
    const cache = await caches.open(into);
    await cache.put(request, response.clone());
  }
  return response;
}

async function keepOnce(cache: Cache, path: string): Promise<void> {
  if ((await cache.match(path)) === undefined) await cache.add(path);
}
