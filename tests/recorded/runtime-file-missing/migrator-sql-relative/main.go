package main

import (
	"log"
	"os"
)

func main() {
	list, err := os.ReadDir("migrations")
	if err != nil {
		log.Fatal("migrator: ", err)
	}
	log.Println(len(list), "migrations")
}
