// Embeds of tarteaucitron: an element of a class, with an id in an attribute, in which its script puts a frame. Each gets
// such a frame, marked with its service, which then is held and released as any other is. Pages that have none pay for one
// look when they are parsed; pages that have one are watched for more.

import * as N from "../natives.js";
import { Observer, attempt, list, newWeakSet, words } from "../natives.js";
import { settle } from "./tree.js";

// Class, the attribute that has the id, what stands before the id in the address (`-`: nothing), and what must be granted.
const EMBEDS = words(
  "youtube_player videoID https://www.youtube-nocookie.com/embed/ youtube " +
    "youtube_playlist_player playlistID https://www.youtube-nocookie.com/embed/videoseries?list= youtube " +
    "vimeo_player videoID https://player.vimeo.com/video/ vimeo " +
    "dailymotion_player videoID https://www.dailymotion.com/embed/video/ dailymotion " +
    "spotify_player spotifyID https://open.spotify.com/embed/ spotify " +
    "googlemaps_embed id https://www.google.com/maps/embed?pb= google-maps " +
    "googlemapsembed data-url - google-maps tac_iframe data-url - functional",
);
const COPIED = words("width height title");
const filled = newWeakSet();
let any = ""; // a selector for all of them
for (let i = 0; i < EMBEDS.length; i += 4) any += (i ? ",." : ".") + EMBEDS[i];

const fill = () => {
  const frames = list();
  const found = N.queryAll(document, any);
  for (let j = 0, place; (place = found[j]); j++) {
    if (filled.has(place) || N.firstChild(place)) continue;
    let id = null;
    let i = 0;
    for (; i < EMBEDS.length; i += 4) if (N.matches(place, "." + EMBEDS[i]) && (id = N.getAttribute(place, EMBEDS[i + 1]))) break;
    if (!id) continue;
    filled.add(place);
    const frame = N.createElement(document, "iframe");
    N.setAttribute(frame, "data-consent", EMBEDS[i + 3]);
    N.setAttribute(frame, "data-src", (EMBEDS[i + 2] === "-" ? "" : EMBEDS[i + 2]) + id);
    N.setAttribute(frame, "allowfullscreen", "");
    for (let k = 0; k < 3; k++) {
      const value = N.getAttribute(place, COPIED[k]);
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
