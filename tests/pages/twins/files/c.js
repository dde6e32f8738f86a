var c = 1; say('c');
