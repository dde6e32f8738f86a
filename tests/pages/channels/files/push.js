order.push(new URL(document.currentScript.src).search.slice(1));
