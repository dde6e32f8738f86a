say('right hash ' + document.currentScript.integrity.length);
