package main

import (
	"log"
	"net"
)

func main() {
	a, err := net.LookupHost("db.internal.example.com")
	if err != nil {
		log.Fatalf("orders: %v", err)
	}
	log.Println(a)
}
