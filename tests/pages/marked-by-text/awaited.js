__ran.push("awaited");
