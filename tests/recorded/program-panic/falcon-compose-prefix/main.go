package main

import (
	"log"
	"os"
)

func main() {
	log.Println("falcon starting")
	log.Println("flying to", os.Args[1])
}
