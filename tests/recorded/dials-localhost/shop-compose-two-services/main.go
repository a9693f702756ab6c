package main

import (
	"log"
	"net"
)

func main() {
	log.Println("api: connecting to nats://localhost:4222")
	if _, err := net.Dial("tcp", "localhost:4222"); err != nil {
		log.Fatalln("api: queue:", err)
	}
}
