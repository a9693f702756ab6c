package main

import (
	"log"
	"os"
)

func main() {
	if err := os.MkdirAll("/var/cache/tiles", 0o755); err != nil {
		log.Fatalln("tiles:", err)
	}
	log.Println("cache ready")
}
