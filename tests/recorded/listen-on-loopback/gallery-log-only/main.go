package main

import (
	"log/slog"
	"net/http"
	"os"
)

func main() {
	slog.Info("catalogue loaded", "pictures", 3)
	slog.Info("http server started", "addr", os.Getenv("HTTP_ADDR"))
	if err := http.ListenAndServe(os.Getenv("HTTP_ADDR"), nil); err != nil {
		slog.Error("stopped", "err", err)
	}
}
