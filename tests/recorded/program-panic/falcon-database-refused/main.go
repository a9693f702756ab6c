package main

import (
	"log"
	"net"
	"net/url"
	"os"
)

func main() {
	u, err := url.Parse(os.Getenv("DATABASE_URL"))
	if err != nil || u.Host == "" {
		log.Fatal("DATABASE_URL is not set")
	}
	if _, err := net.Dial("tcp", u.Host); err != nil {
		log.Fatalf("migrate: connect to %s: %v", u.Path, err)
	}
}
