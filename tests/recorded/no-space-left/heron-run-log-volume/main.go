package main

import (
	"log"
	"os"
)

func main() {
	f, err := os.Create("/var/lib/heron/samples.bin")
	if err != nil {
		log.Fatal(err)
	}
	for i := 0; i < 64; i++ {
		if _, err := f.Write(make([]byte, 64<<10)); err != nil {
			log.Fatalf("store sample %d: %v", i, err)
		}
	}
	log.Println("64 samples stored")
}
