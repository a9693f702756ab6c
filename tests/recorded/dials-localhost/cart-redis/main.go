package main

import (
	"log"
	"net"
)

func main() {
	if _, err := net.Dial("tcp", "localhost:6379"); err != nil {
		log.Fatalf("cart: connect to redis: %v", err)
	}
}
