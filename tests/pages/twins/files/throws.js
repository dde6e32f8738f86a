window.stack = new Error("looked at").stack.split("\n").length;
throw new RangeError("thrown by a tracker " + stack);
