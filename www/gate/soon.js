// A task of its own, which no script can call off as it can a timer. Timers would wait, too, in a tab that isn't seen.

import * as N from "./natives.js";
import { apply, attempt, getter, list, method } from "./natives.js";

const { MessageChannel, MessagePort } = window;
const post = method(MessagePort?.prototype, "postMessage");
const start = method(MessagePort?.prototype, "start");
const [nearOf, farOf] = [getter(MessageChannel?.prototype, "port1"), getter(MessageChannel?.prototype, "port2")];
let channel;
let waiting = list();

// Acts when the page has had its turn.
export const turn = (action) => {
  if (!channel) {
    channel = new MessageChannel();
    N.listen(nearOf(channel), "message", () => {
      const actions = waiting;
      waiting = list();
      for (let i = 0; i < actions.length; i++) attempt(actions[i]);
    });
    start(nearOf(channel));
  }
  waiting[waiting.length] = action;
  post(farOf(channel), 0);
};

// Acts as soon as the running task is over, where there is something more urgent than a message, which a page may keep in flight;
// and in its turn once more, by when a frame that goes elsewhere is there.
const { scheduler } = window;
const { postTask } = scheduler ?? {};
export const soon = (action) => {
  if (postTask) attempt(() => apply(postTask, scheduler, [action, { __proto__: null, priority: "user-blocking" }]));
  turn(action);
};
