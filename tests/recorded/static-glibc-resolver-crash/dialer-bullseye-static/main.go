package main

import (
	"log"
	"net"
	"os"
)

func main() {
	host, _ := os.Hostname()
	a, err := net.LookupHost(host)
	if err != nil {
		log.Fatalf("dialer: resolve %s: %v", "self", err)
	}
	log.Println("dialer:", len(a) > 0)
}
