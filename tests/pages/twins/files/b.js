var b = 1; say('b');
