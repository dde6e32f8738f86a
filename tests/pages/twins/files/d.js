var d = 1; say('d');
