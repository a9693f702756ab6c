package main

import (
	"fmt"

	"example.com/vendors/cardreader"
)

func main() { fmt.Println("terminal", cardreader.Serial()) }
