package main

import (
	"fmt"
	"log"
	"time"
)

func main() {
	zone, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		log.Fatalf("reports: load time zone: %v", err)
	}
	noon := time.Date(2026, 5, 4, 12, 0, 0, 0, zone)
	fmt.Println("reports: noon in Tokyo is", noon.UTC().Format("15:04 MST"))
}
