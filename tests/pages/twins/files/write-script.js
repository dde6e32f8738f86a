document.write("<script>say('written inline ' + document.currentScript.parentNode.id)<\/script>");
document.write("<script src='https://static.hotjar.com/twins/written.js'><\/script>");
say("wrote scripts");
