// Opens the board, and what it is made of, also without a connection. It keeps pages and script only: what was tapped is in the page's own store.
const cacheName = "board";
const patience = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", event => {
  const url = new URL(event.request.url);
  const isOurs = url.origin === location.origin && (url.pathname.startsWith("/board/") || url.pathname.startsWith("/assets/"));
  if (event.request.method === "GET" && isOurs) event.respondWith(newest(event.request));
});

// The page asks for what it was made of before this was there.
self.addEventListener("message", event => event.waitUntil(keepAll(event.data)));

async function newest(request) {
  const cache = await caches.open(cacheName);
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(patience) });
    // A page that leads to signing in, or an error, is not what to show later.
    if (response.ok && !response.redirected) await cache.put(request.url, response.clone());
    return response;
  } catch (lost) {
    const known = await cache.match(request.url);
    if (known) return known;
    throw lost;
  }
}

async function keepAll(urls) {
  const cache = await caches.open(cacheName);
  await Promise.allSettled(urls.map(async url => {
    if (!await cache.match(url)) await newest(new Request(url));
  }));
}
