package main

import (
	"log"
	"os/user"
)

func main() {
	u, err := user.Lookup("www-data")
	if err != nil {
		log.Fatalf("homedirs: look up owner: %v", err)
	}
	log.Println("home of", u.Username, "is", u.HomeDir)
}
