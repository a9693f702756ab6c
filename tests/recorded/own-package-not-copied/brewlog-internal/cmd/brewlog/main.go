package main

import (
	"fmt"

	"example.com/brew/brewlog/internal/gauge"
)

func main() { fmt.Println(gauge.Celsius()) }
