package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	url := os.Getenv("BILLING_URL")
	if url == "" {
		url = "https://billing.corp.example/api/open"
	}
	res, err := http.Get(url)
	if err != nil {
		log.Fatalf("invoices: %v", err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	fmt.Println("invoices:", res.Status, string(body))
}
