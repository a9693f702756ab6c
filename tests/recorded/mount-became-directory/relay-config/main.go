package main

import (
	"log"
	"os"
)

func main() {
	raw, err := os.ReadFile("/etc/relay/relay.yaml")
	if err != nil {
		log.Fatalf("relay: read configuration: %v", err)
	}
	log.Println(len(raw), "bytes of configuration")
}
