var a = 1; say('a');
