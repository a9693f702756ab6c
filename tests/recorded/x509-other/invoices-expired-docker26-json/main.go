package main

import (
	"log/slog"
	"net/http"
	"os"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	if _, err := http.Post("https://expired.example.com/v1/batch", "application/json", nil); err != nil {
		log.Error("batch refused", "service", "invoices", "error", err.Error())
		os.Exit(1)
	}
}
