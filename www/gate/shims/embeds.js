// Embeds of tarteaucitron: an element of a class, with an id in an attribute, in which its script puts a frame. Each gets
// such a frame, marked with its service, which then is held and released as any other is. Pages that have none pay for one
// look when they are parsed; pages that have one are watched for more.

import * as N from "../natives.js";
import { Observer, attempt, exec, list, newWeakSet, words } from "../natives.js";
import { settle } from "./tree.js";

// Class, the attribute that has the id, what stands before the id in the address (`-`: nothing), and what must be granted. Any
// attribute may stand with `data-` before it, as newer pages have them.
const EMBEDS = words(
  "youtube_player videoID https://www.youtube-nocookie.com/embed/ youtube " +
    "youtube_playlist_player playlistID https://www.youtube-nocookie.com/embed/videoseries?list= youtube " +
    "vimeo_player videoID https://player.vimeo.com/video/ vimeo " +
    "dailymotion_player videoID https://www.dailymotion.com/embed/video/ dailymotion " +
    "spotify_player spotifyID https://open.spotify.com/embed/ spotify " +
    "googlemaps_embed id https://www.google.com/maps/embed?pb= google-maps " +
    "googlemapsembed url - google-maps tac_iframe url - functional",
);
const COPIED = words("width height title");
// What a player is told in its address; by its `hash`, called `h` there, Vimeo shows what isn't listed.
const TOLD = words("autoplay controls enablejsapi end hash loop mute rel start");
const given = (place, name) => N.getAttribute(place, "data-" + name) || N.getAttribute(place, name);
const filled = newWeakSet();
let any = ""; // a selector for all of them
for (let i = 0; i < EMBEDS.length; i += 4) any += (i ? ",." : ".") + EMBEDS[i];

const fill = () => {
  const frames = list();
  const found = N.queryAll(document, any);
  for (let j = 0, place; (place = found[j]); j++) {
    if (filled.has(place) || N.firstOfElement(place)) continue;
    let id = null;
    let i = 0;
    for (; i < EMBEDS.length; i += 4) if (N.matches(place, "." + EMBEDS[i]) && (id = given(place, EMBEDS[i + 1]))) break;
    if (!id) continue;
    filled.add(place);
    const frame = N.createElement(document, "iframe");
    const before = EMBEDS[i + 2] === "-" ? "" : EMBEDS[i + 2];
    let address = before + id;
    for (let k = 0; before && k < TOLD.length; k++) {
      const value = given(place, TOLD[k]);
      if (value) address += (exec(/\?/, address) ? "&" : "?") + (TOLD[k] === "hash" ? "h" : TOLD[k]) + "=" + value;
    }
    N.setAttribute(frame, "data-consent", EMBEDS[i + 3]);
    N.setAttribute(frame, "data-src", address);
    N.setAttribute(frame, "allowfullscreen", "");
    for (let k = 0; k < 3; k++) {
      const value = given(place, COPIED[k]);
      if (value) N.setAttribute(frame, COPIED[k], value);
    }
    N.insertBefore(place, frame, null);
    frames[frames.length] = frame;
  }
  settle(frames);
  return frames.length;
};

export const embeds = () => {
  const begin = () => {
    if (attempt(fill)) N.observe(new Observer(() => void attempt(fill)), document, { __proto__: null, childList: true, subtree: true });
  };
  if (N.readyState(document) === "loading") N.listen(document, "DOMContentLoaded", begin);
  else begin();
};
