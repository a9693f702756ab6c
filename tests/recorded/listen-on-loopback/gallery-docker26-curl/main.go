package main

import (
	"fmt"
	"log"
	"net/http"
)

func main() {
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") })
	log.Print("serving on localhost:8080")
	log.Fatal(http.ListenAndServe("localhost:8080", nil))
}
