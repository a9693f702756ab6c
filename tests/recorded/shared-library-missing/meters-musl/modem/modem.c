int modem_bars(void) { return 4; }
