package main

import (
	"log/slog"
	"os"
)

func main() {
	dir, err := os.MkdirTemp("", "work-")
	if err != nil {
		slog.Error("no work folder", "err", err)
		os.Exit(1)
	}
	slog.Info("work in " + dir)
}
