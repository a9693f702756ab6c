package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	zone, err := time.LoadLocation(os.Getenv("TZ_NAME"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "warning:", err)
	}
	fmt.Println("shift starts", time.Date(2026, 1, 5, 6, 0, 0, 0, time.UTC).In(zone))
}
