// Rarer calls that fetch: worklets, background fetches, caches, logins that the browser mediates, payment
// methods, and what is sent when the page is left.

import { BEACON, FETCH, NOBODY, OTHER, WORKER, isSettled, judge } from "../gate.js";
import * as N from "../natives.js";
import { append, apply, attempt, construct, list, method, patch, patchClass, sequence, slice } from "../natives.js";
import { aborted, addressOf, asked, wait } from "./network.js";
import { isObject, note } from "./streams.js";

// A method that answers with a promise. `read` gives the addresses among its arguments, and puts
// text where an object stood that could answer differently the second time.
const promise = (win, owner, name, kind, read, failure) =>
  patch(owner?.prototype, name, (original, self, args) => {
    let texts;
    // It may have several addresses, of which one was waited for.
    const go = () => {
      let held = null;
      for (let i = 0; i < texts.length; i++) held ??= judge(kind, texts[i], "", false, win.document);
      if (!held) return apply(original, self, args);
      return new win.Promise((resolve, reject) => {
        const fail = () => reject(failure());
        if (isSettled(held) || !wait(held, 512, () => resolve(go()), fail)) fail();
      });
    };
    try {
      texts = read(args);
      return go();
    } catch (error) {
      return win.Promise.reject(error);
    }
  });

const { iterator } = Symbol;
// What to pass on of a `Request`, or of what is turned into text; its address is added to `texts`.
const written = (item, texts) => {
  const address = attempt(() => addressOf(item));
  const text = (texts[texts.length] = address ?? "" + item);
  return address === undefined ? text : item;
};
const first = (args) => {
  const texts = list();
  if (args.length) args[0] = written(args[0], texts);
  return texts;
};
const each = (at) => (args) => {
  const texts = list();
  if (args.length <= at) return texts;
  const given = args[at];
  const items = [];
  const add = (item) => append(items, written(item, texts));
  if (typeof given === "object" && given?.[iterator]) for (const item of given) add(item);
  else add(given);
  args[at] = sequence(items);
  return texts;
};

// Keys for another site: that is asked whether it knows this one.
const keyed = (given, texts) => {
  const { rpId, rp } = given;
  const add = (id) => (id == null ? id : slice((texts[texts.length] = "https://" + id), 8));
  return { __proto__: given, rpId: add(rpId), rp: rp && { __proto__: rp, id: add(rp.id) } };
};
const signals = (args) => {
  const texts = list();
  if (args[0]) args[0] = keyed(args[0], texts);
  return texts;
};
// Each is read once, and is what is passed on, also where there is nothing.
const logins = (args) => {
  const texts = list();
  const given = args[0];
  if (!isObject(given)) return texts;
  const { publicKey, identity } = given;
  const made = (args[0] = { __proto__: given, publicKey: publicKey && keyed(publicKey, texts), identity });
  if (!isObject(identity)) return texts;
  const { providers } = identity;
  const kept = [];
  if (providers)
    for (const provider of providers) {
      const configURL = (texts[texts.length] = "" + provider.configURL);
      append(kept, { __proto__: provider, configURL });
    }
  made.identity = { __proto__: identity, providers: providers && sequence(kept) };
  return texts;
};

// `fetchLater` sends after the page is left, or after a time; it can be called back until then. A held one
// is a genuine one that was called back at once; once granted the call is made for real.
const later = (win) => {
  const { AbortController } = win;
  const abort = method(AbortController?.prototype, "abort");
  patch(win, "fetchLater", (original, self, args) => {
    if (!args.length) return apply(original, self, args);
    const texts = list();
    args[0] = written(args[0], texts);
    const text = texts[0];
    const signal = args[1]?.signal;
    const isOver = () => attempt(() => aborted(signal), false);
    if (isOver()) return apply(original, self, [args[0], { __proto__: args[1], signal }]);
    const request = asked(BEACON, text, win.document);
    const send = () => {
      const control = new AbortController();
      if (isOver()) abort(control);
      else if (signal) N.listen(signal, "abort", () => abort(control));
      const answer = apply(original, self, [args[0], { __proto__: args[1], signal: control.signal }]);
      note(control, BEACON, text, abort, () => (answer.activated ? null : control));
      return answer;
    };
    if (request === null) return send();
    if (request && !isSettled(request)) wait(request, 512, send, () => undefined);
    const control = new AbortController();
    const answer = apply(original, self, [win.location.href, { signal: control.signal }]);
    abort(control);
    return answer;
  });
};

// The browser asks a payment method's address whether it is one. A held one is replaced by one that nobody
// offers.
const payments = (win) =>
  patchClass(win, "PaymentRequest", (target, args, newTarget) => {
    const kept = [];
    for (const method of args[0] ?? []) {
      const given = method.supportedMethods;
      const text = given === undefined ? given : "" + given;
      // One that is no address reads as one of the site's own.
      const held = given !== undefined && asked(OTHER, text, win.document) !== null;
      append(kept, { __proto__: method, supportedMethods: held ? "https:" + NOBODY : text });
    }
    if (args.length) args[0] = sequence(kept);
    return construct(target, args, newTarget);
  });

export const calls = (win) => {
  const unable = () => new win.DOMException("Unable to load a worklet's module.", "AbortError");
  promise(win, win.Worklet, "addModule", WORKER, first, unable);
  promise(win, win.SharedStorageWorklet, "addModule", WORKER, first, unable);
  const failed = () => new win.TypeError("Failed to fetch");
  promise(win, win.BackgroundFetchManager, "fetch", FETCH, each(1), failed);
  promise(win, win.Cache, "add", FETCH, first, failed);
  promise(win, win.Cache, "addAll", FETCH, each(0), failed);
  const unknown = () => new win.DOMException("Error retrieving a token.", "NetworkError");
  promise(win, win.CredentialsContainer, "get", OTHER, logins, unknown);
  promise(win, win.CredentialsContainer, "create", OTHER, logins, unknown);
  const keys = { prototype: win.PublicKeyCredential };
  promise(win, keys, "signalUnknownCredential", OTHER, signals, unknown);
  promise(win, keys, "signalAllAcceptedCredentials", OTHER, signals, unknown);
  promise(win, keys, "signalCurrentUserDetails", OTHER, signals, unknown);
  payments(win);
  later(win);
};
