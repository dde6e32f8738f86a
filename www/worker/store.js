// Where the second line keeps what pages told it: a cache, since a worker has no local storage.
export const STORE = "consent-gate";
export const KEY = "/consent-gate";
