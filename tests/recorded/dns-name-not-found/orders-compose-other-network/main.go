package main

import (
	"log/slog"
	"net"
	"os"
)

func main() {
	slog.Info("connecting", "redis", os.Getenv("REDIS_ADDR"))
	_, err := net.Dial("tcp", os.Getenv("REDIS_ADDR"))
	if err != nil {
		slog.Error("redis unavailable", "err", err)
		os.Exit(1)
	}
}
