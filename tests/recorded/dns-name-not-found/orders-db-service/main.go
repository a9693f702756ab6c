package main

import (
	"log"
	"net"
	"time"
)

func main() {
	c, err := net.DialTimeout("tcp", "orders-db:5432", 3*time.Second)
	if err != nil {
		log.Fatalf("orders: connect to database: %v", err)
	}
	c.Close()
}
