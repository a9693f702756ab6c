package main

import (
	"fmt"

	"example.com/rail/stationapi/gen/station"
)

func main() { fmt.Println(station.Count) }
