package main

import (
	"log"
	"net/http"
	"os/user"
)

func main() {
	u, err := user.Current()
	log.Println("tracker runs as", u, err)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
