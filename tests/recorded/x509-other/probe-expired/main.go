package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	url := os.Getenv("PROBE_URL")
	if url == "" {
		url = "https://expired.example.com/healthz"
	}
	res, err := http.Get(url)
	if err != nil {
		log.Fatalf("probe: %v", err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	fmt.Println("probe:", res.Status, string(body))
}
