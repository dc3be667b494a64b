// Whoever uses this device next sees none of the boards that were open on it. Taps that were not sent stay: they say how many people came and
// went, and go when the one who tapped signs in again.
import { forgetBoards } from "./store.js";
await Promise.all([caches.delete("board"), forgetBoards()]);
