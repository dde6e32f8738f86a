// The page's half of the second line: registers the file as a service worker where the owner asks for it,
// tells it what the page knows, answers what it asks, and takes it away where the owner asks for it no more.
//
//     secondLine({ link, api, tag, fault })
//
// Everything here is asynchronous and in nobody's way; what fails is reported and leaves the first line as it was.

import { SECOND_LINE } from "./calls.js";
import { PART, mayLoad } from "./gate.js";
import * as N from "./natives.js";
import { apply, attempt, patch } from "./natives.js";
import { KEY, STORE } from "../worker/store.js";

const { navigator, JSON, URL } = window;
const caches = N.maker("caches");
const post = N.method(window.ServiceWorker?.prototype, "postMessage");

export const secondLine = ({ link, api, tag, fault }) => {
  const { engine, host } = link;
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;

  const own = attempt(() => new URL(tag.src).href);
  // As the page was when it began; what stands there later, some script may have written.
  const given = { attributes: host.attributes(), block: host.block(), global: host.global() };
  const read = () => {
    // `worker`, the record's key, and the record: `second_line` in src/browser/api.rs.
    const [worker, key, record] = engine.read(SECOND_LINE).split(PART);
    const script = worker === "*" ? own : worker && attempt(() => new URL(worker, N.baseURI(document)).href);
    return { wanted: !!worker, script, key, record };
  };

  const tell = (target, { script, key, record }, off, ends) =>
    target && post(target, {
      consentGate: {
        off,
        ends,
        script,
        key,
        record,
        sources: JSON.parse(JSON.stringify(link.configured ? { global: link.configured } : given)),
        facts: {
          languages: host.languages(), lang: host.htmlLang(), timeZone: host.timeZone(),
          gpc: host.gpc(), dnt: host.dnt(), site: host.site(),
        },
      },
    });

  const path = (address) => attempt(() => new URL(address).pathname);
  const isOurs = ({ active, waiting, installing }, script) => {
    const ours = path(script);
    return [active, waiting, installing].every((worker) => !worker || path(worker.scriptURL) === ours);
  };

  // What the page registers goes before: of two for one place the later stays.
  const theirs = [];
  const { register: begun } = serviceWorker;
  patch(window.ServiceWorkerContainer.prototype, "register", (original, self, args) => {
    const answer = apply(original, self, args);
    theirs[theirs.length] = answer;
    return answer;
  });

  const register = async (now) => {
    if (!now.script) throw "the address of consent-gate.js on this site must be given as `worker`";
    const scope = new URL("./", now.script).href;
    for (let i = 0; i < theirs.length; i++) await theirs[i].catch(() => undefined);
    const there = await serviceWorker.getRegistration(scope);
    if (there && there.scope === scope && !isOurs(there, now.script)) {
      fault("worker-taken", "the site has a service worker of its own for " + scope + "; put importScripts(\"" + own + "\") at its beginning and give its address as `worker`");
      return;
    }
    const registration = await apply(begun, serviceWorker, [now.script]);
    if (!location.href.startsWith(registration.scope))
      fault("worker-scope", "the service worker covers " + registration.scope + " only, and this page lies outside; put the file at the top of the site");
    const update = () => {
      const { active } = registration;
      tell(active, read());
    };
    await serviceWorker.ready;
    update();
    api.on("change", update);
  };

  // Switched off: a worker of ours is told so, and goes if it is nothing but ours.
  const retire = async () => {
    const all = caches();
    if (!(await all.has(STORE))) return;
    const known = await (await (await all.open(STORE)).match(KEY))?.json();
    const registrations = await serviceWorker.getRegistrations();
    let stays = false;
    for (let i = 0; i < registrations.length; i++) {
      const ends = isOurs(registrations[i], own);
      tell(registrations[i].active, known ?? {}, true, ends);
      if (ends) await registrations[i].unregister();
      else stays = true;
    }
    // The site's own goes on, and has to know that it is off.
    if (!stays) await all.delete(STORE);
  };

  serviceWorker.addEventListener("message", (event) => {
    const { data, ports } = event;
    if (data?.consentGate !== "may" || !ports[0]) return;
    ports[0].postMessage(attempt(() => mayLoad(data.kind, data.url), false));
  });
  attempt(() => serviceWorker.startMessages());

  const begin = () => {
    const now = read();
    const done = now.wanted ? register(now) : retire();
    done.catch((error) => fault("worker-refused", "the service worker could not be used (" + error + "); `worker` must be true, or the address of a script on this site"));
  };
  if (N.readyState(document) === "complete") begin();
  else N.listen(window, "load", () => N.setTimeout(begin, 0));
};
