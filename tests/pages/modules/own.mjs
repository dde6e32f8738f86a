window.own = true;
