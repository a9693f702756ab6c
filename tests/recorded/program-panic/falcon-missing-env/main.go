package main

import (
	"log/slog"
	"os"
)

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	if os.Getenv("FALCON_TOKEN") == "" {
		slog.Error("configuration incomplete", "missing", "FALCON_TOKEN")
		os.Exit(78)
	}
}
