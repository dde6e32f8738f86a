// A module of the page's own.
document.title = "own module";
