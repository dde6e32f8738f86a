addEventListener("load", function () { __ran.push("fetched") });
