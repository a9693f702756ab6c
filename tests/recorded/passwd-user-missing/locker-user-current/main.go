package main

import (
	"log"
	"os/user"
)

func main() {
	u, err := user.LookupId("1001")
	if err != nil {
		log.Fatalf("locker: who am I: %v", err)
	}
	log.Println("locker of", u.Username)
}
