package main

import (
	"log"
	"os"
)

func main() {
	if _, err := os.ReadFile("/etc/tiles.yaml"); err != nil {
		log.Fatalf("tiles: %v", err)
	}
}
