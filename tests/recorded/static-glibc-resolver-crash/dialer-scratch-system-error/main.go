package main

import (
	"log"
	"net"
)

func main() {
	a, err := net.LookupHost("localhost")
	if err != nil {
		log.Fatalf("dialer: resolve localhost: %v", err)
	}
	log.Println("dialer:", a)
}
