window.own = "loaded";
