package main

import (
	"log"
	"net"
	"os"
)

func main() {
	addr := net.JoinHostPort(os.Getenv("DATABASE_HOST"), "5432")
	if _, err := net.Dial("tcp", addr); err != nil {
		log.Fatalf("failed to connect to `host=%s`: hostname resolving error (%v)", os.Getenv("DATABASE_HOST"), err)
	}
}
