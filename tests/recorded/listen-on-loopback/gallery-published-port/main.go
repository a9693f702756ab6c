package main

import (
	"fmt"
	"log"
	"net/http"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "gallery of 3 pictures") })
	addr := "127.0.0.1:8080"
	log.Println("gallery listening on http://" + addr)
	log.Fatal(http.ListenAndServe(addr, nil))
}
