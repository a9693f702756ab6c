module example.com/ops/watchdog

go 1.24
