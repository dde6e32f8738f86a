called(42);
