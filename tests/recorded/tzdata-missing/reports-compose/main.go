package main

import (
	"log/slog"
	"os"
	"time"
)

func main() {
	zone, err := time.LoadLocation(os.Getenv("TZ_NAME"))
	if err != nil {
		slog.Error("cannot load zone", "err", err)
		os.Exit(1)
	}
	slog.Info("now", "time", time.Now().In(zone))
}
