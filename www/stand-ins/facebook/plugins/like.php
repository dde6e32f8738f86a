<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Like button (stand-in)</title>
<style>
  html, body { margin: 0; }
  body { display: flex; gap: 8px; align-items: center; min-height: 36px; color: #475069; background: #fff; font: 13px/1.3 system-ui, sans-serif; }
  b { background: #0866ff; color: #fff; border-radius: 4px; padding: 6px 12px; }
</style>
<body>
  <b>Like</b> 128 people like this. Merely loading it told www.facebook.com that you are here.
  <script>parent.postMessage({ standIn: "facebook", did: "its button loaded into the frame" }, "*");</script>
</body>
</html>
