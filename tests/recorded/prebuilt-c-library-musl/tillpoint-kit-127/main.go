package main

import (
	"fmt"

	"example.com/vendors/cardreader"
)

func main() { fmt.Println(cardreader.Open("/dev/ttyUSB0")) }
