ConsentGate.interface("", function () { window.fooled = true; });
