package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	url := os.Getenv("PRICING_URL")
	if url == "" {
		url = "http://pricing:8090/prices"
	}
	res, err := http.Get(url)
	if err != nil {
		log.Fatalf("cart: %v", err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	fmt.Println("cart:", res.Status, string(body))
}
