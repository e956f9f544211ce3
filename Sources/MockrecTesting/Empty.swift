// room for MockrecTesting
