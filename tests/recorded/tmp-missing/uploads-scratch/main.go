package main

import (
	"log"
	"os"
)

func main() {
	f, err := os.CreateTemp("", "upload-*.part")
	if err != nil {
		log.Fatalf("uploads: buffer: %v", err)
	}
	log.Println("uploads: buffered in", f.Name())
}
