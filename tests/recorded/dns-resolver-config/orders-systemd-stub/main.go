package main

import (
	"log"
	"net"
)

func main() {
	if _, err := net.Dial("tcp", "db.example.com:5432"); err != nil {
		log.Fatalf("orders: database: %v", err)
	}
}
