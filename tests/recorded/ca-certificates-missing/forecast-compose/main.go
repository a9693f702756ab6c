package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	url := os.Getenv("FORECAST_URL")
	if url == "" {
		url = "https://api.example.com/v2/forecast?city=Graz"
	}
	res, err := http.Get(url)
	if err != nil {
		log.Fatalf("forecast: %v", err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	fmt.Println("forecast:", res.Status, string(body))
}
