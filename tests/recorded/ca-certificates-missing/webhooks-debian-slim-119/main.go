package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	url := os.Getenv("HOOK_URL")
	if url == "" {
		url = "https://hooks.example.com/services/T024/B7"
	}
	res, err := http.Get(url)
	if err != nil {
		log.Fatalf("webhooks: %v", err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	fmt.Println("webhooks:", res.Status, string(body))
}
