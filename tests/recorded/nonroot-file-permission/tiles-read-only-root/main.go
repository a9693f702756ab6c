package main

import (
	"log"
	"os"
)

func main() {
	if err := os.WriteFile("/var/tmp/index.json", []byte("{}"), 0o644); err != nil {
		log.Fatalln("tiles:", err)
	}
	log.Println("index written")
}
