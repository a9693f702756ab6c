package main

import (
	"fmt"

	"example.com/brew/brewlog/pkg/hops"
)

func main() { fmt.Println(hops.Grams) }
