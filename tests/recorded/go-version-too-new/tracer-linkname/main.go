package main

import (
	"fmt"

	"example.com/obs/tracer/goid"
)

func main() { fmt.Println("goroutines", goid.Count()) }
