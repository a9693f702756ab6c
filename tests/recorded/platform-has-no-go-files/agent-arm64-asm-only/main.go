package main

import (
	"fmt"

	"example.com/iot/agent/crc"
)

func main() { fmt.Println(crc.Kind) }
