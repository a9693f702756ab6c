package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "ok")
	})
	log.Printf("mailroom starting on :%s", port)
	if len(os.Args) > 1 && os.Args[1] == "selftest" {
		return
	}
	log.Fatal(http.ListenAndServe(":"+port, nil))
}
