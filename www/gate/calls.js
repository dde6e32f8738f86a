// The numbers of the calls that share a door of the engine's (src/browser/calls.rs).

// engine.tell(…, number of a held thing)
export const DROP = 0, SETTLED = 1, PUMP = 2, START = 3, REJECT_ALL = 4, SHOW = 5, HIDE = 6, OBEY = 7, RESUME = 8, WAKE = 9;

// engine.read(…): a text
export const HEADS = 0, OUTLINE = 1, IMPORTS = 2, SECOND_LINE = 3, LASTING = 4;

// engine.ask(…, kind, text): a number
export const JUDGE_WRITE = 0, IS_REFUSED = 1, WAITING = 2, AWAITS = 3, FAULT = 4, PAUSED = 5;

// engine.call(…, first, second): as ConsentGate has it
export const HAS = 0, HAS_SERVICE = 1, IS_GRANTED = 2, STATE = 3, ACCEPT_ALL = 4, SET = 5, SET_SERVICE = 6, WITHDRAW = 7, REPORT = 8,
  RECEIPT = 9, CONFIGURE = 10, RESET = 11;
