package main

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
)

func main() {
	r := chi.NewRouter()
	r.Get("/id", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(uuid.NewString())) })
	http.ListenAndServe(":8080", r)
}
